"""Dutch core words."""

DUTCH = {
    "fails": """
        werkt|werken|doet|laadt|opent|start|reageert|verbindt|lukt|gaat _? _? niet|nooit|niks
        niet meer
        kan|kunnen|krijg|kom _? _? niet|geen|nergens
        valt|vliegt|stopt weg|uit|eruit|ermee
        weigert|weigeren
    """,
    "unable": """
        onmogelijk
        kan niet|geen
        kom niet|er
        probleem|problemen|klacht
    """,
    "fault": "kapot|defect|stuk|fout|foutmelding|fouten|storing|crasht|gecrasht|hangt|vastgelopen|beschadigd|verdwenen|kwijt|verkeerd|verkeerde|leeg|dood|verlopen|ongeldig|geweigerd|bug",
    "outage": """
        storing|uitval|stroomstoring
        geen|zonder internet|bereik|verbinding|netwerk|wifi|signaal|dienst|stroom
        ligt|plat eruit|plat
    """,
    "waiting": """
        wacht|wachten|gewacht|wachtrij|wachttijd
        al|sinds <n>|dagen|weken|maanden|uren|twee|drie|gisteren|een|maandag|vanmiddag|vanochtend
        nog steeds|niet|geen|altijd
        <n>|twee|drie|vier|vijf dagen|weken|uur|minuten|maanden
    """,
    "never_came": """
        geen|zonder antwoord|reactie|bericht|terugbelverzoek|levering|bevestiging|hulp
        niemand
        niet|nooit ontvangen|gekregen|geleverd|aangekomen|gekomen|bereikbaar
        vertraging|vertraagd|kwijtgeraakt|zoek
        waar blijft|is
    """,
    "again": """
        alweer|opnieuw|weer
        voor de tweede|derde|zoveelste
        <n>|drie|twee keer|maal
        elke keer
        steeds
    """,
    "bad": "slecht|slechte|slechtste|vreselijk|verschrikkelijk|waardeloos|schandalig|schande|belachelijk|onacceptabel|dramatisch|drama|rampzalig|ramp|kut|klote|kloten|rotzooi|troep|bagger|nutteloos|oplichters|oplichting|traag|trage|duur|zielig|triest|bizar|ongelofelijk|incompetent",
    "annoyed": "boos|woedend|teleurgesteld|teleurstellend|teleurstelling|gefrustreerd|frustrerend|irritant|geïrriteerd|helaas|jammer|zat|beu|balen|haat|ontevreden|ergerlijk|tevreden|inmiddels",
    "overcharged": """
        dubbel|twee|drie|onterecht|teveel|ten afgeschreven|betaald|gefactureerd|keer|gerekend|onrechte
        afgeschreven|afschrijving|afgeboekt
    """,
    "refund": "terugbetaling|terugbetaald|terugbetalen|restitutie|vergoeding|compensatie|geld terug",
    "price_up": "prijsverhoging|prijsstijging|duurder|verhoging|verhoogd",
    "broken_promise": "beloofd|toegezegd|zogenaamd|zou|beweren|zegt|terwijl|ondanks",
    "contrast": "maar|helaas|echter|toch",
    "fix_it": "los|fix|repareer|herstel|regel|maak het|dit|eens|op",
    "why": """
        waarom
        wanneer
        hoezo
        wat is er
    """,
    "how_to": """
        hoe|waar|wanneer|wie|wat|welke|hoeveel|waarom kan|moet|krijg|vind|is|werkt|lang|zijn
        is|bestaat er|het
        hoe
    """,
    "may_we": """
        ^ kan|kunnen|kun|mag|moet|is|zijn|heeft|hebben|werkt|kunt|zou|hebben|weet|doet
        of|en kan|mag|moet|is
    """,
    "wondering": "vraag|vragen|vraagje|weten|informatie|benieuwd|weet",
    "anyone": """
        iemand
        ligt het
        meer mensen
    """,
    "needs_help": """
        hulp|help
        kunnen|kunt|kan jullie|u|je|iemand mij|me|helpen|even
        heb hulp
    """,
    "please": "alsjeblieft|alstublieft|aub|svp|graag",
    "wish_strong": """
        suggestie|idee|voorstel|tip|wens|verzoek
        zou|was _? _? fijn|handig|leuk|mooi|top|prettig
        kunnen jullie _? _? toevoegen
        mis nog|alleen|een
    """,
    "leaving": """
        opzeggen|opgezegd|opzegging|overstappen|overgestapt|vertrek|stap
        stap|stappen|ga|gaan over|weg
        nooit meer
        laatste keer
        ben weg
        contract beëindigen|opzeggen
    """,
    "buying": """
        kopen|bestellen|aanschaffen|leverbaar|beschikbaar|aanbieding|aanbiedingen|korting|abonnement|bundel|bundels
        overweeg|verkopen|leveren|hebben jullie
    """,
    "price_asked": """
        wat|hoeveel kost|kosten
        prijs|prijzen
    """,
    "product": "abonnement|bundel|bundels|pakket|contract|aanbieding",
    "thanks": "bedankt|dank|dankjewel|dankje|dankuwel|complimenten|hulde|chapeau|petje|topservice",
    "praise_you": """
        bedankt|dank|complimenten aan|voor|jullie|@|voor|je|u
        jullie zijn
    """,
    "lovely": "top|geweldig|geweldige|fantastisch|fantastische|perfect|uitstekend|prima|super|snel|snelle|vriendelijk|vriendelijke|blij|tevreden|aanrader|mooi|mooie|goed|goede|fijn|fijne|heerlijk|beste|makkelijk|lekker|netjes|keurig|tof|toppers",
    "solved": """
        werkt|doet weer|nu|eindelijk|het
        opgelost|gelukt|verholpen|geregeld
        het is gelukt|opgelost
    """,
    "spam_offer": "gratis|verdien|verdienen|bitcoin|crypto|lening|leningen|winnen|prijs|cadeaubon|investeer|kortingscode",
    "spam_call": """
        klik hier
        volg mij
        link in
        stuur een? dm|pb
    """,
    "scam_word": "oplichting|phishing|nep|fraude|nepbericht|oplichter|oplichters|valse",
    "warning": "waarschuwing|pas|let op|opletten|trap",
    "fraud": """
        gehackt|gestolen|fraude|misbruik|opgelicht|bankpas|pincode|gegevens
        iemand heeft
    """,
    "locked_out": """
        wachtwoord|geblokkeerd|buitengesloten|inloggen|toegang|inlog|vergrendeld|ingelogd
        account geblokkeerd|gehackt
    """,
    "danger": "brand|rook|vuur|verbrand|noodgeval|spoed|ziekenhuis|gevaar|gevaarlijk|gewond|baby|verwarming|zwanger|invalide|ambulance|ziek|112|alarm",
    "stranded": "vliegveld|vlucht|gestrand|station|gate|boarding|buitenland|schiphol|trein|grens|vastzit|onderweg",
    "now": "dringend|spoed|onmiddellijk|direct|nu|vandaag|zsm",
    "law": "advocaat|rechter|rechtszaak|klacht|acm|consumentenbond|geschillencommissie|politie|aangifte|juridisch|avg|ombudsman",
    "cut_off": "afgesloten|afgekoppeld|incasso|deurwaarder",
    "slur": "kankerhomo|mietje|nikker|nikkers|flikker|flikkers|kutmarokkaan",
    "dismissal": """
        rot|sodemieter|donder|flikker|oprotten op
        krijg de|kanker|tering|tyfus
        hou|houd je
        val dood
    """,
    "strong_insult": "idioot|idioten|sukkel|sukkels|klootzak|klootzakken|lul|lullen|eikel|eikels|debiel|debielen|mongool|mongolen|randdebiel|trut|achterlijk|achterlijke|mafkezen|prutsers|hufters|hufter|apen",
}
