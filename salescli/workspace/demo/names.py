"""Who and what the example store is about: a developer who sells flats on two banks of a river."""

COMPANY = "Riverside Development"
SIZE_BANDS = ("200000.00 EUR", "500000.00 EUR")  # small flats; large ones; shops and the like
DEPARTMENTS = (
    # id, name, parent, manager
    ("sales", "Sales", None, "marta-ozola"),
    ("north", "North bank", "sales", "carl-ozols"),
    ("south", "South bank", "sales", "irina-sokolova"),
    ("commercial", "Shops and offices", "sales", "john-miller"),
)
PEOPLE = (
    # id, name, department, hourly rate
    ("marta-ozola", "Marta Ozola", "sales", "55"),
    ("carl-ozols", "Carl Ozols", "north", "45"),
    ("anna-berzina", "Anna Bērziņa", "north", "38"),
    ("boris-kalnin", "Boris Kalnin", "north", "36"),
    ("irina-sokolova", "Ирина Соколова", "south", "44"),
    ("dina-liepa", "Dina Liepa", "south", "37"),
    ("petr-ivanov", "Пётр Иванов", "south", "35"),
    ("john-miller", "John Miller", "commercial", "48"),
    ("laima-kalnina", "Laima Kalniņa", "commercial", "40"),
    ("olga-zhukova", "Ольга Жукова", "commercial", "39"),
)
RAISED = ("carl-ozols", "anna-berzina", "boris-kalnin")  # who has cost more since the summer
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
OLD_PRODUCTS = (
    # id, name, group: sold or given up, nobody is offered them any more
    ("flat-a01", "Block A, show flat", "flats"),
    ("garage-1", "Garage box by the mill", "parking"),
    ("furniture-set", "Set of furniture", "services"),
)
RISES = {
    # id → days after the first price, price in EUR
    "flat-b47": (170, 241_000),
    "flat-b44": (170, 229_000),
    "flat-c09": (240, 268_500),
    "parking": (120, 14_900),
}
COMPETITORS = (
    ("skyline", "Skyline Homes", "Cheap, well known", "Late with every block"),
    ("pilsetas-majas", "Pilsētas mājas", "Near the centre", "No parking"),
    ("novostroy", "НовоСтрой", "Fast handover", "Thin walls"),
)
OLD_COMPETITOR = ("castle-and-co", "Castle & Co", "Everybody knew them", "Bankrupt since spring")
RIVAL_PRODUCTS = (
    # competitor, id, name, strengths, weaknesses
    ("skyline", "skyline-park", "Skyline Park", "Parking included", "Handover a year later"),
    ("skyline", "skyline-harbour", "Skyline Harbour", "A view of the port", "Loud at night"),
    ("pilsetas-majas", "parka-nams", "Parka nams", "A park behind the house", "Old lifts"),
    ("novostroy", "berezhok", "ЖК «Бережок»", "Ready to move in", "No balcony"),
)
OLD_RIVAL_PRODUCT = ("novostroy", "pervy-dom", "Первый дом", "Cheapest of all", "All sold")
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
OLD_COMPANY = ("Riga Dock Works", "client")  # moved away, out of use
TWICE = (
    # who was written down twice, and how the second time
    ("Jānis Kalniņš", "Janis Kalnins"),
    ("Мария Лебедева", "Лебедева М."),
)
STAFF = (
    # who works at which of the companies, as what
    ("Inga Rozīte", "Mill Invest", "Chief accountant"),
    ("Павел Соколов", "ООО «Речной порт»", "Директор"),
    ("Gunta Krasta", "Baltic Bakery", "Owner"),
    ("Ben Archer", "Bright Keys Agency", "Agent"),
    ("Ilona Bērza", "Hansa Bank", "Adviser on loans"),
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
SECTIONS = (
    # section of the block, floors, rooms and area of the flats of a floor
    ("1", (2, 3, 4, 5, 6), ((1, "38.5"), (3, "78.4"))),
    ("2", (2, 3, 4, 5, 6), ((2, "54.2"), (2, "57"))),
)
FREE_DISCOUNT = "1"  # percent that every seller may give
BUILDING = ("riverside-d", "Riverside, block D", "riverside")
PARKING_UNIT = "d-p1"
OFFERED = (
    # unit of block D, price in EUR
    ("d-202", 208_000),
    ("d-203", 144_500),
    ("d-302", 211_000),
    ("d-303", 146_500),
    ("d-402", 214_000),
    ("d-403", 148_500),
    ("d-502", 217_000),
    ("d-503", 150_500),
)
UNIT_PRODUCTS = (
    # id, name, group, price in EUR: what of block D is offered by now
    *((f"flat-{unit}", f"Block D, flat {unit[2:]}", "flats", price) for unit, price in OFFERED),
    ("parking-d1", "Block D, parking place 1", "parking", 15_500),
)
TACTICS = (
    "Show the river side first, the kitchen decides.",
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
