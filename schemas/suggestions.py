"""Words that other people's spreadsheets use for our columns: for suggestions, never for matching.

Dutch, German, French, Spanish and English. What stands here is proposed to a person, who confirms
it in a mapping profile; what is matched by itself stands with the columns as an alias.
"""

from schemas.pouch_orders import KEY, fold

# Column → words for its header. A word may stand for several columns: then nobody can say which.
HEADER_WORDS: dict[str, tuple[str, ...]] = {
    KEY: ("Bestelnummer", "Ordernummer", "Receptnummer", "Bestellnummer", "Auftragsnummer",
          "Rezeptnummer", "Numéro de commande", "N° de commande", "Numéro d'ordonnance",
          "Número de pedido", "Nº de pedido", "Nº pedido", "Order nr", "Order ref",
          "Order reference", "Purchase order"),
    "first_name": ("Voornaam", "Roepnaam", "Vorname", "Prénom", "Nombre", "First", "Firstname"),
    "last_name": ("Achternaam", "Familienaam", "Nachname", "Familienname", "Nom de famille", "Nom",
                  "Apellido", "Apellidos", "Last", "Lastname"),
    "email": ("E-mailadres", "Mail", "Mailadres", "E-Mail-Adresse", "Adresse e-mail", "Courriel",
              "Correo electrónico"),
    "phone_number": ("Telefoon", "Telefoonnummer", "Mobiel", "Telefon", "Telefonnummer", "Handy",
                     "Mobil", "Téléphone", "Portable", "Teléfono", "Móvil", "Tel", "Tél",
                     "Phone no", "Cell"),
    "addressee": ("Geadresseerde", "Ontvanger", "Empfänger", "Destinataire", "Destinatario"),
    "address1": ("Straat", "Straat en nr", "Straat en huisnummer", "Adres", "Straße", "Strasse",
                 "Straße und Nr", "Straße und Hausnummer", "Anschrift", "Adresse", "Rue",
                 "Calle", "Calle y número", "Dirección"),
    "address2": ("Toevoeging", "Adresregel 2", "Adresszusatz", "Complément d'adresse", "Unit"),
    "city": ("Plaats", "Woonplaats", "Stad", "Ort", "Stadt", "Wohnort", "Ville", "Localité",
             "Ciudad", "Localidad", "Población"),
    "province_name": ("Provincie", "Bundesland", "Kanton", "Département", "Région", "Provincia"),
    "postal_code": ("PLZ", "Postleitzahl", "Code postal", "CP", "Código postal", "Post code"),
    "country_name": ("Land", "Pays", "País", "Country code", "Landcode"),
    "physician_name": ("Behandelaar", "Arts", "Voorschrijver", "Therapeut", "Behandler", "Arzt",
                       "Médecin", "Praticien", "Prescripteur", "Médico", "Terapeuta",
                       "Prescriber", "Provider"),
    "duration": ("Aantal dagen", "Dagen", "Duur", "Tage", "Dauer", "Anzahl Tage", "Jours",
                 "Durée", "Nombre de jours", "Días", "Número de días", "Duración", "No of days",
                 "Number of days"),
    "is_expedited": ("Spoed", "Eilt", "Eilig", "Urgent", "Urgente", "Express", "Rush"),
    "time_of_administration": ("Innamemoment", "Inname", "Innemen", "Moment", "Tijdstip", "Wanneer",
                               "Einnahme", "Einnahmezeit", "Tageszeit", "Zeitpunkt", "Prise",
                               "Moment de prise", "Moment de la prise", "Heure de prise",
                               "Toma", "Momento", "Momento de la toma", "Timing"),
    "custom_label": ("Etiket", "Etikett", "Aufschrift", "Étiquette", "Etiqueta"),
    "product": ("Supplement", "Produkt", "Middel", "Preparaat", "Präparat", "Artikel", "Produit",
                "Complément", "Complément alimentaire", "Producto", "Suplemento", "Complemento",
                "Item", "Product"),
    "serving_size": (
        "Aantal capsules", "Dosering", "Stuks", "Aantal per dag", "Capsules per dag",
        "Aantal capsules per dag", "Aantal per inname", "Dosierung", "Dosis", "Kapseln", "Stück",
        "Kapseln pro Tag", "Kapseln pro Einnahme", "Anzahl pro Tag", "Anzahl Kapseln",
        "Stück pro Tag", "Posologie", "Gélules", "Gélules par jour", "Gélules par prise",
        "Nombre de gélules", "Capsules par jour", "Cápsulas", "Cápsulas al día",
        "Cápsulas por día", "Cápsulas por toma", "Número de cápsulas", "Dosificación",
        "Capsules per day", "Number of capsules", "Pills per day", "Amount",
    ),
    "quantity": ("Aantal verpakkingen", "Anzahl Packungen", "Nombre de boîtes", "Número de cajas",
                 "Número de envases"),
}  # fmt: skip
_NAMES_IN_ONE = (
    "Naam", "Name", "Patient", "Cliënt", "Klant", "Kunde", "Paciente", "Full name",
    "Volledige naam", "Nom complet", "Nom et prénom", "Nombre completo", "Nombre y apellidos",
)  # fmt: skip
# "Aantal", "Anzahl" and "Quantité" may mean pills in a pouch or bottles in a parcel.
_TWO_MEANINGS = {
    "Aantal": ("serving_size", "quantity"),
    "Anzahl": ("serving_size", "quantity"),
    "Menge": ("serving_size", "quantity"),
    "Quantité": ("serving_size", "quantity"),
    "Cantidad": ("serving_size", "quantity"),
    **dict.fromkeys(_NAMES_IN_ONE, ("first_name", "last_name", "addressee")),
}


def _folded(*words: str) -> frozenset[str]:
    return frozenset(map(fold, words))


# First and last name in one; the second ones where no column has the other name.
WHOLE_NAMES = _folded(*_NAMES_IN_ONE)
HALF_NAMES = _folded("Nom", "Nombre")
# A part of what one of our columns holds: a profile cannot join columns.
HOUSE_NUMBERS = _folded(
    "Huisnr", "Huisnummer", "Hausnr", "Hausnummer", "House no", "House number", "Numéro de rue",
    "N° de rue", "Número de calle", "Nº de calle",
)  # fmt: skip
STRENGTHS = _folded(
    "Sterkte", "Stärke", "Wirkstärke", "Strength", "Potency", "Force", "Potencia", "Concentración",
    "Teneur",
)  # fmt: skip
# Numbers of a person: the same each month, so that a key needs more than they say.
PERSON_NUMBERS = _folded(
    "Cliëntnummer", "Cliënt nr", "Klantnummer", "Klantnr", "Patiëntnummer", "Patiëntnr",
    "Kundennummer", "Kundennr", "Kd-Nr", "Kdnr", "Patientennummer", "Numéro client", "N° client",
    "Numéro patient", "N° patient", "Nº cliente", "Nº de cliente", "N.º cliente",
    "Número de cliente", "Código de cliente", "Nº paciente", "Número de paciente", "Client no",
    "Client number", "Client id", "Customer no", "Customer id", "Customer number", "Patient no",
    "Patient number", "Member id",
)  # fmt: skip
# A number, and nobody says of what: of the row, of the person, of the order.
BARE_NUMBERS = _folded("Nr", "No", "N°", "Nº", "Nummer", "Number", "Numéro", "Número", "#", "Id")
# What surely is for the author's own use, and what may be: it could be about somebody's health.
_INVOICE_WORDS = ("Factuur", "Rechnung", "Rechnungs", "Facture", "Factura", "Invoice")
_INVOICE_ENDS = ("", "nr", "nummer", "no", "number", "datum", "date", "betaald", "bezahlt", "paid",
                 "payée", "pagada")  # fmt: skip
OWN_USE = _folded(
    "Geboortedatum", "Geb.datum", "Geb.dat", "Geboren", "Geburtsdatum", "Geburtstag",
    "Date of birth", "Birth date", "Birthday", "DOB", "Born", "Date de naissance", "Né le",
    "Fecha de nacimiento", "F. nacimiento", "Betaald", "Bezahlt", "Paid", "Payé", "Pagado",
    "Interne nummer", "Intern nummer", "Intern nr", "Interne Nummer", "Interne Nr",
    "Internal number", "Internal no", "Internal id", "Numéro interne", "Número interno",
    *(word + end for word in _INVOICE_WORDS for end in _INVOICE_ENDS), "N° facture",
    "Numéro de facture", "Nº factura", "Número de factura",
)  # fmt: skip
REMARKS = _folded(
    "Opmerking", "Opmerkingen", "Notitie", "Notities", "Bijzonderheden", "Toelichting",
    "Bemerkung", "Bemerkungen", "Notiz", "Notizen", "Anmerkung", "Anmerkungen", "Hinweis",
    "Hinweise", "Besonderheiten", "Remarque", "Remarques", "Commentaire", "Commentaires",
    "Observation", "Observations", "Observación", "Observaciones", "Nota", "Notas", "Comentario",
    "Comentarios", "Remarks", "Comment", "Comments", "Interne opmerking", "Interne opmerkingen",
    "Interne notitie", "Interne notities", "Interne Notiz", "Interne Notizen",
    "Interne Bemerkung", "Interne Bemerkungen", "Internal note", "Internal notes",
    "Internal remark", "Internal remarks", "Remarque interne", "Remarques internes",
    "Note interne", "Notes internes", "Nota interna", "Notas internas",
    "Observaciones internas", "Intern", "Internal", "Interno",
)  # fmt: skip
TIME_WORDS: dict[str, str] = {
    fold(word): time
    for time, words in (
        ("Morning", ("morning", "mornings", "am", "breakfast", "ochtend", "ochtends", "'s ochtends",
                     "'s morgens", "ontbijt", "morgen", "morgens", "früh", "vormittags",
                     "frühstück", "matin", "le matin", "petit-déjeuner", "mañana",
                     "por la mañana", "desayuno")),
        ("Midday", ("midday", "noon", "lunch", "middag", "middags", "'s middags", "mittag",
                    "mittags", "midi", "le midi", "déjeuner", "mediodía", "almuerzo")),
        ("Evening", ("evening", "evenings", "pm", "night", "dinner", "avond", "avonds", "'s avonds",
                     "abend", "abends", "soir", "le soir", "dîner", "noche", "por la noche",
                     "cena")),
    )
    for word in words
}  # fmt: skip
# By these a column is recognised as one of countries; what they mean is not decided here.
COUNTRY_WORDS = frozenset(
    fold(word)
    for word in (
        "US", "USA", "United States", "États-Unis", "Canada", "GB", "UK", "United Kingdom", "NL",
        "Nederland", "Netherlands", "The Netherlands", "Pays-Bas", "Niederlande", "BE", "België",
        "Belgium", "Belgique", "Belgien", "DE", "Germany", "Deutschland", "Duitsland", "Allemagne",
        "AT", "Austria", "Österreich", "Oostenrijk", "CH", "Switzerland", "Schweiz", "Suisse",
        "Zwitserland", "FR", "France", "Frankrijk", "Frankreich", "LU", "Luxembourg", "Luxemburg",
        "IE", "Ireland", "ES", "Spain", "IT", "Italy", "DK", "Denmark", "SE", "Sweden", "NO",
        "Norway", "AU", "Australia", "NZ", "New Zealand",
    )
)  # fmt: skip
YES_WORDS = frozenset({"ja", "j", "oui", "o", "sí", "si", "wahr", "waar", "vrai"})
NO_WORDS = frozenset({"nee", "nein", "non", "falsch", "onwaar", "faux"})


def _suggestions() -> dict[str, tuple[str, ...]]:
    """Return folded header → the columns that it may mean."""
    found: dict[str, tuple[str, ...]] = {}
    for name, words in HEADER_WORDS.items():
        for word in words:
            found[fold(word)] = tuple(dict.fromkeys((*found.get(fold(word), ()), name)))
    return found | {fold(word): names for word, names in _TWO_MEANINGS.items()}


SUGGESTED: dict[str, tuple[str, ...]] = _suggestions()
