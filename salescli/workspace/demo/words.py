"""What people write and say in the example."""

NOTES = (
    "Wants to see the plan of the sewers before signing anything.",
    "The bank wants two more pay slips.",
    "Is abroad until the end of the month, answers mails at night.",
    "Хочет второй санузел; готов доплатить за перепланировку.",
    "Asked twice about noise from the tram.",
    "Vecāki palīdz ar pirmo iemaksu.",
)
POSTS = (
    ("@{} can we free a parking place in block A?", "Two are left, 14 000 each."),
    ("@{} they ask for 2 % off. What may I say?", "1.5 %, and the parking place at cost."),
    ("@{} когда будет готов пол в показательной квартире?", "В пятницу, приводите."),
)
CALLS = (
    ("First call", "done", "Curious, compares us with two others"),
    ("Call about the visit", "no-answer", None),
    ("Call about the bank", "call-later", "In a meeting, back after four"),
    ("Звонок: что важно", "done", "Школа рядом и тихий двор"),
)
MEETINGS = (
    ("Show the flat", "Liked the courtyard; worries about parking"),
    ("Walk around the site", "Counted the minutes to the tram: six"),
    ("Meet with the architect", "Wants the wall between kitchen and room gone"),
    ("Показать дом и двор", "Понравился вид, не понравился лифт"),
)
TASKS = ("Prepare the costing", "Prepare the proposal", "Check the plan with the land register")
ASKED = (
    ("Question about the flat", "Good day,\n\nis the flat still free? When could we see it?\n"),
    ("Вопрос о квартире", "Добрый день!\n\nМожно ли посмотреть квартиру в субботу?\n"),
    ("Par dzīvokli", "Labdien!\n\nVai cenā ir arī autostāvvieta?\n"),
)
ANSWERED = (
    "Our answer",
    "Good day,\n\nyes, it is. We are on the site from nine to five, on Saturdays until two. "
    "Ring at the gate and ask for the sales office.\n\nWith kind regards\nRiverside Development\n",
)
LONG_ANSWER = "\n".join(
    (
        "Good day,",
        "",
        "here is all that you asked for, point by point.",
        "The house is handed over in spring; the courtyard is planted by then. The first rate is "
        "ten percent of the price, the second falls due when the roof is on, the rest with the "
        "keys. The bank of your choice may look at the papers at any time.",
        "Parking places are sold with the flats only. There are eleven left, three of them with "
        "a socket for a car.",
        "The kitchen in the pictures is not part of the price, its pipes and sockets are; our "
        "architect moves them for nothing if you tell us before the walls are closed.",
        "",
        "With kind regards",
        "Riverside Development",
        "",
    )
)
MOODS = ("confident", "hopeful", "doubtful", "concerned")
BY_HAND = (
    "They deal with the director only",
    "A friend of the house, no papers needed",
    "Дальше ведём сами",
)
ONCE_MORE = (
    "The wife wants another flat costed as well",
    "A new partner has a say, too",
    "Банк просит всё ещё раз",
)
TOO_MUCH = (
    "1 % at most, and the parking place",
    "Not before the second visit",
    "Нет, цена твёрдая",
)
NOT_NEEDED = ("The one of last month will do", "They don't ask for it")
LOST_REASONS = ("They called back", "The other house is late", "Передумали")
AFTER_WON = "Show them the cellar"
AFTER_LOST = "Ask how they like it at the other house"
