"""Who and what the example store is about: a developer who sells flats on two banks of a river."""

COMPANY = "Riverside Development"
DEPARTMENTS = (
    # id, name, parent, manager
    ("sales", "Sales", None, "marta-ozola"),
    ("north", "North bank", "sales", "carl-ozols"),
    ("south", "South bank", "sales", "irina-sokolova"),
    ("commercial", "Shops and offices", "sales", "john-miller"),
)
PEOPLE = (
    # name, department, hourly rate
    ("Marta Ozola", "sales", "55"),
    ("Carl Ozols", "north", "45"),
    ("Anna Bērziņa", "north", "38"),
    ("Boris Kalnin", "north", "36"),
    ("Ирина Соколова", "south", "44"),
    ("Dina Liepa", "south", "37"),
    ("Пётр Иванов", "south", "35"),
    ("John Miller", "commercial", "48"),
    ("Laima Kalniņa", "commercial", "40"),
    ("Ольга Жукова", "commercial", "39"),
)
FLATS = (
    # id, name, group, price in EUR
    ("flat-a12", "Block A, flat 12", "flats", 148_000),
    ("flat-a15", "Block A, flat 15", "flats", 156_000),
    ("flat-a21", "Block A, flat 21", "flats", 172_000),
    ("flat-b31", "Block B, flat 31", "flats", 198_000),
    ("flat-b44", "Block B, flat 44", "flats", 226_000),
    ("flat-b47", "Block B, flat 47", "flats", 236_000),
    ("flat-c02", "Block C, flat 2", "flats", 121_500),
    ("flat-c09", "Block C, flat 9, terrace", "flats", 264_900),
    ("penthouse-c", "Block C, penthouse", "flats", 489_000),
    ("shop-1", "Old Mill, shop 1", "commercial", 410_000),
    ("shop-2", "Old Mill, shop 2", "commercial", 655_000),
    ("office-3", "Old Mill, office 3", "commercial", 920_000),
    ("parking", "Parking place", "parking", 14_000),
    ("moving-service", "Moving service", "services", 900),
)
COMPETITORS = (
    ("skyline", "Skyline Homes", "Cheap, well known", "Late with every block"),
    ("pilsetas-majas", "Pilsētas mājas", "Near the centre", "No parking"),
    ("novostroy", "НовоСтрой", "Fast handover", "Thin walls"),
)
BUYERS = (
    "Elena Petrova",
    "Jānis Kalniņš",
    "Мария Лебедева",
    "Tom Becker",
    "Liga Ozoliņa",
    "Андрей Смирнов",
    "Kristīne Vītola",
    "Peter Andersen",
    "Наталья Орлова",
    "Edgars Liepiņš",
    "Sofia Rossi",
    "Дмитрий Волков",
    "Ilze Krūmiņa",
    "Erik Johansson",
    "Татьяна Морозова",
    "Mārtiņš Balodis",
    "Hannah Schmidt",
    "Сергей Кузнецов",
    "Zane Eglīte",
    "Oliver Tamm",
    "Екатерина Новикова",
    "Rihards Zariņš",
    "Amelie Laurent",
    "Юлия Фёдорова",
)
COMPANIES = (
    ("Mill Invest", "client"),
    ("ООО «Речной порт»", "client"),
    ("Baltic Bakery", "client"),
    ("Kafejnīca Rīts", "client"),
    ("Nordic Dental", "client"),
    ("Аптека на набережной", "client"),
    ("Bright Keys Agency", "partner"),
    ("Old Town Brokers", "partner"),
    ("Hansa Bank", "bank"),
)
TACTICS = (
    "Show the river side first; the kitchen decides.",
    "Wait for the bank's answer, no word of discounts before.",
    "Bring the architect to the second visit.\nSend the plan of the floor the same day.",
    "Offer the parking place with the flat.",
    "Начать с планировки, цену назвать в конце.",
)
MOTIVATORS = (
    "School next door",
    "A short way to work",
    "Quiet for the baby",
    "Хочет вид на реку",
    "Rent it out later",
)
