"""Words that other people's spreadsheets use for our columns: for suggestions, never for matching.

Dutch, German, French and English. What stands here is proposed to a person, who confirms it in a
mapping profile; what is matched by itself stands with the columns as an alias.
"""

from schemas.pouch_orders import KEY, fold

# Column → words for its header. A word may stand for several columns: then nobody can say which.
HEADER_WORDS: dict[str, tuple[str, ...]] = {
    KEY: ("Bestelnummer", "Ordernummer", "Receptnummer", "Bestellnummer", "Auftragsnummer",
          "Rezeptnummer", "Numéro de commande", "N° de commande", "Numéro d'ordonnance",
          "Order nr", "Order ref", "Order reference", "Purchase order"),
    "first_name": ("Voornaam", "Roepnaam", "Vorname", "Prénom", "First", "Firstname"),
    "last_name": ("Achternaam", "Familienaam", "Nachname", "Familienname", "Nom de famille", "Nom",
                  "Last", "Lastname"),
    "email": ("E-mailadres", "Mail", "Mailadres", "E-Mail-Adresse", "Adresse e-mail", "Courriel"),
    "phone_number": ("Telefoon", "Telefoonnummer", "Mobiel", "Telefon", "Telefonnummer", "Handy",
                     "Mobil", "Téléphone", "Portable", "Tel", "Tél", "Phone no", "Cell"),
    "addressee": ("Geadresseerde", "Ontvanger", "Empfänger", "Destinataire"),
    "address1": ("Straat", "Straat en nr", "Straat en huisnummer", "Adres", "Straße", "Strasse",
                 "Straße und Nr", "Straße und Hausnummer", "Anschrift", "Adresse", "Rue"),
    "address2": ("Toevoeging", "Adresregel 2", "Adresszusatz", "Complément d'adresse", "Unit"),
    "city": ("Plaats", "Woonplaats", "Stad", "Ort", "Stadt", "Wohnort", "Ville", "Localité"),
    "province_name": ("Provincie", "Bundesland", "Kanton", "Département", "Région"),
    "postal_code": ("PLZ", "Postleitzahl", "Code postal", "CP", "Post code"),
    "country_name": ("Land", "Pays", "Country code", "Landcode"),
    "physician_name": ("Behandelaar", "Arts", "Voorschrijver", "Therapeut", "Behandler", "Arzt",
                       "Médecin", "Praticien", "Prescripteur", "Prescriber", "Provider"),
    "duration": ("Aantal dagen", "Dagen", "Duur", "Tage", "Dauer", "Anzahl Tage", "Jours",
                 "Durée", "Nombre de jours", "No of days", "Number of days"),
    "is_expedited": ("Spoed", "Eilt", "Eilig", "Urgent", "Express", "Rush"),
    "time_of_administration": ("Innamemoment", "Moment", "Tijdstip", "Wanneer", "Einnahmezeit",
                               "Tageszeit", "Zeitpunkt", "Moment de prise", "Heure de prise",
                               "Timing"),
    "custom_label": ("Etiket", "Etikett", "Aufschrift", "Étiquette"),
    "product": ("Supplement", "Produkt", "Middel", "Preparaat", "Präparat", "Artikel", "Produit",
                "Complément", "Item", "Product"),
    "serving_size": ("Aantal capsules", "Dosering", "Stuks", "Dosierung", "Dosis", "Kapseln",
                     "Stück", "Posologie", "Gélules", "Capsules per day", "Amount"),
    "quantity": ("Aantal verpakkingen", "Anzahl Packungen", "Nombre de boîtes"),
    "note": ("Opmerking", "Opmerkingen", "Notitie", "Bemerkung", "Bemerkungen", "Notiz",
             "Anmerkung", "Remarque", "Remarques", "Comment", "Comments"),
}  # fmt: skip
# "Aantal", "Anzahl" and "Quantité" may mean pills in a pouch or bottles in a parcel.
_TWO_MEANINGS = {
    "Aantal": ("serving_size", "quantity"),
    "Anzahl": ("serving_size", "quantity"),
    "Menge": ("serving_size", "quantity"),
    "Quantité": ("serving_size", "quantity"),
    "Naam": ("first_name", "last_name", "addressee"),
    "Name": ("first_name", "last_name", "addressee"),
    "Patient": ("first_name", "last_name", "addressee"),
}
# Numbers of a person: the same each month, so that a key needs more than they say.
PERSON_NUMBERS = frozenset(
    fold(word)
    for word in (
        "Cliëntnummer", "Cliënt nr", "Klantnummer", "Klantnr", "Patiëntnummer", "Kundennummer",
        "Kundennr", "Kd-Nr", "Kdnr", "Patientennummer", "Numéro client", "N° client",
        "Numéro patient", "Client no", "Client number", "Client id", "Customer no", "Customer id",
        "Customer number", "Patient no", "Patient number", "Member id",
    )
)  # fmt: skip
TIME_WORDS: dict[str, str] = {
    fold(word): time
    for time, words in (
        ("Morning", ("morning", "mornings", "am", "breakfast", "ochtend", "ochtends", "'s ochtends",
                     "'s morgens", "ontbijt", "morgen", "morgens", "früh", "vormittags",
                     "frühstück", "matin", "le matin", "petit-déjeuner")),
        ("Midday", ("midday", "noon", "lunch", "middag", "middags", "'s middags", "mittag",
                    "mittags", "midi", "le midi", "déjeuner")),
        ("Evening", ("evening", "evenings", "pm", "night", "dinner", "avond", "avonds", "'s avonds",
                     "abend", "abends", "soir", "le soir", "dîner")),
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
YES_WORDS = frozenset({"ja", "j", "oui", "o", "wahr", "waar", "vrai"})
NO_WORDS = frozenset({"nee", "nein", "non", "falsch", "onwaar", "faux"})


def _suggestions() -> dict[str, tuple[str, ...]]:
    """Return folded header → the columns that it may mean."""
    found: dict[str, tuple[str, ...]] = {}
    for name, words in HEADER_WORDS.items():
        for word in words:
            found[fold(word)] = tuple(dict.fromkeys((*found.get(fold(word), ()), name)))
    return found | {fold(word): names for word, names in _TWO_MEANINGS.items()}


SUGGESTED: dict[str, tuple[str, ...]] = _suggestions()
