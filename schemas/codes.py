"""The pages behind the codes of findings on single cells, rows, files and the ledger.

Codes of the rules across cells stand with their rules in `schemas.rules`; `ALL_CODES` there
holds both.
"""

from schemas.ledger_codes import LEDGER_PAGES
from schemas.vocabulary import Code, Severity
from schemas.vocabulary import page as _code

_E, _C, _W, _N = Severity.ERROR, Severity.CONFIRM, Severity.WARNING, Severity.NOTE


CODES: dict[str, Code] = {
    page.code: page
    for page in (
        # ---------------------------------------------------------- the file
        _code("FILE-HIDDEN-SHEET", _N, "A hidden sheet was not read",
              "Only sheets that you can see are read.",
              "Unhide the sheet and name it with --sheet if its orders are meant."),
        _code("FILE-OPEN", _W, "The file seems to be open in a spreadsheet program",
              "What is not saved yet is not in the file, and so not in the orders.",
              "Save the file, close it, and run the command again."),
        _code("FILE-HIDDEN-COLUMN", _W, "A hidden column is read",
              "What it holds is part of the orders, though nobody sees it in the sheet.",
              "Show the column and look at it. Delete it if its values are not to be sent."),
        _code("FILE-CTRL-Z", _N, "An end-of-file mark was left out",
              "Some old programs end a text file with the character Ctrl-Z; it is no data.",
              "Nothing to do."),
        _code("FILE-EMPTY-COLUMN", _N, "Empty columns at the right were left out",
              "They have no header and no values.", "Nothing to do."),
        _code("FILE-UNNAMED-COLUMN", _W, "A column without a header holds values",
              "Without a header nobody can say what the values mean, so they are not sent.",
              "Give the column its header, or delete it."),
        _code("HEADER-UNKNOWN", _W, "A column is not known and is not sent",
              "The order file has no column of that name. Its values stay in your file.",
              "Nothing to do if it is for your own use. Else rename it: `order-loader schema` lists"
              " the known ones. Where many are your own words, `order-loader map suggest FILE`"
              " drafts a profile that names what each means."),
        _code("HEADER-NEAR", _C, "A header looks like a known one, misspelt",
              "If it is meant, leaving the column out would change every order, perhaps a dose.",
              "Correct the header, or accept HEADER-NEAR if the column is for your own use."),
        _code("TEMPLATE-CHANGED", _N, "The rules have changed since the template was made",
              "The file is judged by the rules of today, not by those of the day of the template.",
              "Nothing to do for this file. For the next one, make a new template:"
              " `order-loader template`."),
        _code("TEMPLATE-GONE", _E, "A column of the template does not exist any more",
              "Its values would not be sent, though the template asked for them.",
              "Make a new template (`order-loader template`) and copy the orders over, or delete"
              " the column if the orders are right without it."),
        # ---------------------------------------------------------- rows
        _code("KEY-MISSING", _E, "A row has no order number",
              "Nobody can say to which order the row belongs. It may belong to the order above,"
              " so that order is kept back, too.",
              "Write the order number in the row, or delete the row. Where only the first row of an"
              " order has it, fill_down of a mapping profile (--map) reads the others."),
        _code("ROW-CELLS", _E, "A row has too few or too many cells",
              "Its values may have slipped into other columns.",
              "Put cells that hold the delimiter in quotes, and write a cell for every column."),
        _code("ROW-HEADER", _E, "The header row is repeated",
              "The row repeats the column names and is no order.", "Delete the row."),
        _code("ROW-TOTAL", _E, "A line of totals stands among the orders",
              "The row sums others up and is no order.",
              "Delete the row, or list its number under skip_rows of a mapping profile (--map)."),
        _code("ROW-IGNORED", _N, "A row was left out, as it says itself",
              "Its `action` is IGNORE. It is a warning where other rows of its order are sent.",
              "Nothing to do if that is meant. Else empty `action` in the row."),
        _code("ROW-HIDDEN", _N, "A hidden row was left out",
              "You chose --hidden-rows skip.", "Nothing to do, or choose --hidden-rows read."),
        _code("COLUMN-MISSING", _E, "A needed column is missing",
              "The API refuses an order without it.",
              "Add the column and fill it, on one row of each order at least; or name the header"
              " that stands for it in a mapping profile."),
        _code("VALUE-MISSING", _E, "A needed value is missing",
              "The API refuses an order without it.",
              "Fill the cell. One row of the order is enough."),
        # ---------------------------------------------------------- text
        _code("TEXT-TRIMMED", _N, "Blanks around the text were removed",
              "Blanks, tabs and line breaks at either end have no meaning.", "Nothing to do."),
        _code("TEXT-COMPOSED", _N, "Letters with accents were written in the usual way",
              "The text held letter and accent as two characters; it looks the same.",
              "Nothing to do."),
        _code("TEXT-INVISIBLE", _W, "Invisible characters were removed",
              "Zero-width or direction characters often come along when text is copied.",
              "Check that the text is what you mean."),
        _code("ID-INVISIBLE", _E, "An id holds invisible or unprintable characters",
              "Two ids that look alike would be two orders.",
              "Type the id again by hand."),
        _code("TEXT-CONTROL", _E, "The cell holds control characters",
              "They cannot be printed on a label.", "Type the text again by hand."),
        _code("TEXT-LINEBREAK", _E, "The cell holds a line break",
              "Only notes may have several lines.", "Write the text on one line."),
        _code("TEXT-LOST", _E, "Letters were lost before the file reached us",
              "The sign � stands where a program could not keep a letter; nobody can say which.",
              "Type the text again, and save the file as UTF-8."),
        _code("TEXT-LONG", _E, "The text is too long",
              "The API refuses longer texts.", "Shorten the text."),
        _code("TEXT-SYMBOL", _E, "The text is not made of what is allowed here",
              "Only some symbols can be printed on a pouch, letters with accents cannot; and an"
              " id of dots alone cannot be looked up.",
              "Replace what is not allowed."),
        # ---------------------------------------------------------- typed values
        _code("NUMBER-FORM", _E, "This is not a whole number",
              "Only the digits 0 to 9 are read; nothing is rounded or guessed.",
              "Write the number with digits only."),
        _code("NUMBER-RANGE", _E, "The number is outside its limits",
              "The API refuses it.", "Correct the number."),
        _code("NUMBER-TIDIED", _N, "A number was written in the usual way",
              "30.0 is 30, and 007 is 7.", "Nothing to do."),
        _code("YESNO-FORM", _E, "This is neither yes nor no",
              "Only yes, no, y, n, true, false, 1, 0 and x are understood.",
              "Write yes or no, or leave the cell empty."),
        _code("UUID-FORM", _E, "This is not an id",
              "Ids have 8-4-4-4-12 digits and letters a to f, with dashes.",
              "Copy the id from the catalogue: `order-loader catalogue search` finds it."),
        _code("EMAIL-FORM", _E, "This is not an e-mail address",
              "The API refuses it.", "Correct it, or leave the cell empty."),
        _code("EMAIL-SLIP", _W, "The e-mail address looks misspelt",
              "Its domain is one letter from a well-known one, or ends as no domain does.",
              "Correct the domain if it is a slip."),
        _code("EMAIL-DOMAIN", _W, "No mail arrives at the domain of the e-mail address",
              "It is reserved, or written as no domain is. Nobody looked it up.",
              "Correct the domain, or leave the cell empty."),
        _code("COUNTRY-TIDIED", _N, "A country is sent by its usual English name",
              "Carriers print the country on the parcel; codes and other names of it are"
              " understood.",
              "Nothing to do, unless another country is meant."),
        _code("COUNTRY-UNKNOWN", _W, "No country of that name is known",
              "It is sent as it stands. Telephone and postal code cannot be judged by it.",
              "Write the usual English name, such as Netherlands, or a code such as NL or NLD."),
        _code("CHOICE-UNKNOWN", _E, "The value is not one of the list",
              "Only these values mean something.", "Write one of the allowed values."),
        _code("CHOICE-TIDIED", _N, "Capital letters were put right",
              "The value is sent as the API spells it.", "Nothing to do."),
        _code("CYCLE-FORM", _E, "This is not a cycle",
              "A cycle is the word daily, or day numbers joined by ;",
              "Write daily, or day numbers such as 1;3;5."),
        _code("TIME-UNUSUAL", _W, "This time of day is unusual",
              "The API accepts other words, but only Morning, Midday and Evening are supported"
              " across the platform.",
              "Write Morning, Midday or Evening, or ask your OK Capsule representative."),
        _code("PHONE-FORM", _W, "The telephone number is not in its normal form",
              "Formatted numbers are accepted, but passed on to carriers as they stand.",
              "Write it as + and digits, such as +12133734253."),
        _code("PHONE-UNLIKELY", _W, "Nobody can have this telephone number",
              "It has too few or too many digits for its country, or no country code.",
              "Correct the number, or leave the cell empty."),
        _code("PHONE-LONG", _W, "The telephone number has more than 15 digits and signs",
              "The sources disagree: the guide allows 30, the contract 15.",
              "Leave out what is not needed to dial."),
        # ---------------------------------------------------------- what a spreadsheet did
        _code("CELL-ERROR", _E, "The cell shows an error of the spreadsheet",
              "Its value could not be computed.", "Correct the formula, or type the value."),
        _code("CELL-FORMULA", _W, "The value comes from a formula",
              "What is read is what the spreadsheet program computed last.",
              "Check the value, or paste it as a value."),
        _code("CELL-FORMULA-EMPTY", _E, "A formula has no value stored",
              "The program that wrote the file did not compute it.",
              "Open the file in your spreadsheet program and save it."),
        _code("CELL-DATE", _E, "The cell holds a date",
              "No column of an order file is a date. Spreadsheets turn texts such as 1-2 into"
              " dates without asking.",
              "Format the cell as text and type the value again."),
        _code("CELL-DIGITS", _E, "Digits were lost",
              "Spreadsheets keep 15 digits of a number and show long ones as 1.23E+11.",
              "Format the cell as text and type the value again."),
        _code("CELL-MERGED", _E, "The cell is merged with others",
              "Nobody can say to which rows its value belongs.",
              "Unmerge the cells and fill each one. Where they are merged downwards in one column,"
              " fill_down of a mapping profile (--map) reads them."),
        _code("CELL-ZEROS", _N, "Leading zeros were kept as shown",
              "The cell holds a number that is formatted with zeros in front.", "Nothing to do."),
        _code("CELL-DITTO", _E, "The cell says: the same as above",
              "Each cell is read by itself, so the mark would be sent as it stands.",
              "Write the value itself. Or list the header under fill_down of a mapping profile,"
              " which fills marks and empty cells from above."),
        _code("CELL-PLACEHOLDER", _E, "The cell only says that there is nothing",
              "The value is needed, and N/A or a dash would be printed on a parcel.",
              "Fill in the value."),
        _code("CELL-NOTHING", _W, "The cell only says that there is nothing",
              "It is sent as it stands: N/A or a dash in an address is printed on the parcel.",
              "Empty the cell if there is nothing to say."),
        # ---------------------------------------------------------- names in the catalogue
        _code("NAME-UNKNOWN", _E, "The catalogue has no product of that name",
              "Names are matched exactly, but for capitals and blanks: a near name may be"
              " another strength.",
              "Copy name or SKU from the catalogue: `order-loader catalogue search` finds them."),
        _code("NAME-TWICE", _E, "Two products in the catalogue have that name",
              "Nobody can say which one is meant.", "Write the SKU or the id instead."),
        _code("NAME-AND-ID", _E, "Both a name and an id are given",
              "If they disagree, nobody can say which one is meant.",
              "Leave one of the two cells empty."),
        # ---------------------------------------------------------- mapping profiles
        _code("MAP-HEADER", _C, "The mapping profile says nothing of a column",
              "A profile is made for one sheet. A column that it does not know is new or renamed,"
              " and leaving it out may change every order, perhaps a dose.",
              "Map the header in the profile, or list it under ignore if it is for your own use."
              " Accept MAP-HEADER to leave it out this time."),
        _code("MAP-CELL", _E, "A part of the cell cannot be read as the profile says",
              "A size that is guessed may be a wrong dose, so nothing of it is guessed.",
              "Write the part as [wide.grammar] of the profile says, or correct the profile."),
        _code("MAP-KEY", _E, "Different cells make the same order number",
              "The key pattern joins 1-2 and 3 to the same text as 1 and 2-3; the two would be"
              " one order.",
              "Put a sign between the parts of the key pattern that stands in none of them."),
        _code("MAP-PERSON", _N, "Persons were recognised whom OK Capsule knows",
              "Cells of the row stand in the profile's workbook of results, with an id. The id is"
              " sent in place of the names, so that no second person is made.", "Nothing to do."),
        _code("MAP-PERSON-RENAMED", _C, "The person had another name in the workbook of results",
              "The order would go to the person of the workbook, whose name is shown as suggested."
              " Where somebody else has that number now, it would be another patient's.",
              "Correct the number or the name. Accept MAP-PERSON-RENAMED if it is the same person"
              " under a new name; the name that OK Capsule has stays."),
        _code("MAP-PERSON-TWO", _C, "The workbooks of results name two persons for the row",
              "Nobody can say which of the two is meant.",
              "Write the id of the right one into a column consumer_id and empty the names. Accept"
              " MAP-PERSON-TWO to let OK Capsule make a new person."),
        _code("MAP-FILLED", _N, "Empty cells were filled from the row above",
              "The profile lists the header under fill_down.", "Nothing to do."),
        _code("MAP-SKIPPED", _N, "Rows were left out by their number",
              "The profile names them in header_row or skip_rows.", "Nothing to do."),
        _code("MAP-DEFAULT", _N, "A default of the profile was filled in",
              "The file has no value there, and the profile says what is meant then. It is sent.",
              "Nothing to do if it is right for every order of the file."),
        _code("MAP-NO-SIZES", _W, "The profile names no column for the sizes of the products",
              "Every product has the size that OK Capsule gives it. Where the sheet has a column of"
              " doses, the profile has not named it: the doses would not be sent.",
              "Map the column to serving_size in the profile. Nothing to do if the sheet has"
              " none."),
        _code("MAP-DRAFT", _W, "The mapping profile is a draft",
              "A program drafted lines of it, and nobody confirmed them; nothing is sent by guess.",
              "Look at each line with a ?, correct it and remove the ?."),
        _code("MAP-REQUIRED", _E, "A value that the profile needs is missing",
              "The profile lists the column under required.",
              "Fill the cell. One row of the group is enough."),
        _code("MAP-LIMIT", _E, "The value is outside the limits of the profile",
              "The profile sets a tighter limit than the API.",
              "Correct the value, or the limit in the profile."),
        _code("MAP-BOX", _E, "The order makes more pouches than fit the box",
              "The API rejects orders above the capacity of the dispenser box; the profile says"
              " how many pouches that is.",
              "Shorten the days, or split the order."),
        # ---------------------------------------------------------- several files, accepting
        _code("FILES-SAME", _N, "The order stands in two files, alike",
              "It is one order, and is sent once.", "Nothing to do."),
        _code("FILES-DIFFER", _E, "The order stands in two files, with different content",
              "Nobody can say which one is meant.", "Correct or remove one of the two."),
        _code("ACCEPT-UNKNOWN", _W, "An accepted code is none that can be accepted",
              "It accepts nothing: only codes of the severity `confirm` can be accepted.",
              "Correct the code: `order-loader explain` lists them all."),
        *LEDGER_PAGES,
    )
}  # fmt: skip

# A row that belongs to no order has one of these, which says why.
UNPLACED = frozenset(
    {
        "KEY-MISSING",
        "ROW-CELLS",
        "ROW-HEADER",
        "ROW-TOTAL",
        "ROW-IGNORED",
        "ROW-HIDDEN",
        "FILES-SAME",
    }
)
# Of these, the ones that say nothing about any order …
APART = frozenset({"ROW-HEADER", "ROW-TOTAL"})
# … and those of rows that were left out on purpose.
SKIPPED = frozenset({"ROW-HIDDEN", "ROW-IGNORED"})
# On the order number: rows that share it may belong to different orders, once it is mended.
UNUSABLE_KEY = frozenset(
    {
        "ID-INVISIBLE",
        "TEXT-CONTROL",
        "TEXT-LINEBREAK",
        "TEXT-LOST",
        "CELL-DATE",
        "CELL-DIGITS",
        "CELL-ERROR",
        "CELL-MERGED",
    }
)
