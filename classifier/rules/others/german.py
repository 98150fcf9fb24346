"""German core words."""

GERMAN = {
    "fails": """
        funktioniert|funktionieren|geht|gehen|klappt|läuft|lädt|ladet|startet|öffnet|verbindet|reagiert|synchronisiert _? _? _? nicht|nie|nix
        geht|klappt|funktioniert|läuft|lädt _? _? nicht|nix|nichts
        nicht mehr
        kann|konnte|können|lässt|komme|bekomme _ _? _? nicht|keine|keinen
        lässt sich nicht
        bricht|stürzt ab
        springt|fällt|fliegt raus|zurück|aus|um
        wird abgelehnt
    """,
    "unable": """
        komme|kommen|kann|können _? nicht|nimmer _? _? rein|anmelden|einloggen|öffnen|zugreifen
        ich komme nicht
        unmöglich
        problem|probleme|störung|schwierigkeiten
    """,
    "fault": """
        kaputt|defekt|fehler|fehlermeldung|absturz|abgestürzt|stürzt|hängt|gestört|störung|tot|leer|verschwunden|weg|falsch|falsche|falschen|falscher|beschädigt|spinnt|ruckelt|abgelehnt|ungültig
    """,
    "outage": """
        ausfall|netzausfall|störung|totalausfall|stromausfall
        kein|keine|ohne netz|internet|empfang|verbindung|signal|wlan|dienst|service|strom
        internet|netz|wlan|server|leitung|seite|app ist? weg|tot|down|offline|ausgefallen|aus
    """,
    "waiting": """
        warte|warten|gewartet|warteschleife|wartezeit|hotline
        seit gestern|heute|tagen|wochen|monaten|stunden|<n>|zwei|drei|vier|einer|einem|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag
        immer noch
        noch immer|kein|keine|keinen|nicht|nichts
        <n>|zwei|drei|vier|fünf|sechs tage|tagen|wochen|stunden|minuten|monate|monaten
    """,
    "never_came": """
        keine|kein|keinerlei|ohne antwort|reaktion|rückmeldung|rückruf|lieferung|bestätigung|hilfe|termin
        niemand|keiner
        nicht angekommen|erhalten|bekommen|geliefert|gekommen|erreichbar|da|zugestellt
        antwortet|meldet|reagiert nicht|keiner|niemand
        verspätet|verspätung|verloren|fehlt|fehlen|vermisse
        wo bleibt|ist
    """,
    "again": """
        schon|immer|mal|nun|jetzt wieder
        erneut|ständig|dauernd|mehrfach|zweimal|dreimal|viermal|abermals|jedesmal
        zum zweiten|dritten|vierten|x
        <n>|jedes|drittes mal
    """,
    "bad": """
        schlecht|schlechter|schlechte|schlechten|schlechtester|schlimm|furchtbar|schrecklich|miserabel|unverschämt|unverschämtheit|frechheit|frech|lächerlich|peinlich|katastrophe|katastrophal|unmöglich|mies|miese|mieser|scheiße|scheiss|scheisse|scheiß|mist|saftladen|nutzlos|unbrauchbar|unfassbar|inkompetent|unfähig|abzocke|betrug|müll|schrott|dreck|armselig|schwach|langsam|teuer|zumutung|witz|sauerei
        nie wieder
        reicht|langts
    """,
    "annoyed": """
        wütend|sauer|genervt|nervt|nervig|ärgerlich|ärgere|ärgert|enttäuscht|enttäuschend|enttäuschung|frust|frustrierend|stinksauer|unzufrieden|leid|satt|schade|leider|hasse|kotzt
    """,
    "overcharged": """
        doppelt|zweimal|dreimal|zu|falsch|mehrfach|unberechtigt _? _? abgebucht|berechnet|bezahlt|belastet|viel|eingezogen
        abgebucht|abbuchung|abgezogen|berechnet|belastet|eingezogen|kassiert
        doppelte abbuchung|rechnung|zahlung
    """,
    "refund": "erstattung|erstattet|erstatten|rückerstattung|zurückerstattet|rückzahlung|entschädigung|gutschrift|geld zurück?",
    "price_up": "preiserhöhung|preiserhöhungen|teurer|erhöhung|erhöht|preisanpassung|preis-mail",
    "broken_promise": "versprochen|zugesagt|angeblich|angekündigt|behauptet|sagt|stattdessen|obwohl|sollte|trotzdem|trotz",
    "contrast": "aber|leider|jedoch|nur|doch",
    "fix_it": """
        behebt|beheben|repariert|repariere|reparieren|kümmert|löst|bringt|macht _? _? das|euch|endlich|problem|es
        endlich
    """,
    "why": """
        warum|wieso|weshalb
        was soll
        wann endlich|geht|kommt|wird|funktioniert
    """,
    "how_to": """
        wie|wo|wann|wer|was|welche|welcher|welches|woher|womit|wohin kann|kann|muss|soll|bekomme|finde|ändere|mache|geht|ist|lange|viel|oft|sind|stelle|komme|erreiche|erfahre
        gibt|gäbe es
        besteht|ist die möglichkeit|es
        kann|könnte man|ich|mir|mich
    """,
    "may_we": """
        ^ kann|könnt|können|könnte|könnten|könntet|darf|gibt|ist|sind|hat|habt|haben|muss|soll|wird|werden|lässt|bietet|geht|funktioniert|unterstützt
        und|oder kann|muss|gibt|ist|lässt|frisst
    """,
    "wondering": "frage|fragen|anfrage|wissen|hinweis|tipp|weiß|verstehe|versehentlich|versehen|aus? versehen",
    "anyone": """
        hat|weiß|kennt|kann|geht noch? jemand|wer|euch
        noch jemand
        nur|bei mir|uns
    """,
    "needs_help": """
        brauche|bräuchte|benötige|bitte um? hilfe|unterstützung
        hilfe
        bitte helfen|melden|antworten|hilft|helft
        könnt|können ihr|sie mir|bitte
    """,
    "please": "bitte",
    "wish_strong": """
        wünsche|wünschen|wünschte|vorschlag|anregung|verbesserungsvorschlag|idee|wunsch|feature
        wäre|fände _? _? schön|super|toll|gut|cool|praktisch|hilfreich|nett|klasse
        könntet|könnten|bitte ihr|sie? _? _? einbauen|einführen|hinzufügen|ergänzen|anbieten
    """,
    "leaving": """
        kündige|kündigen|gekündigt|kündigung|gewechselt|wechsle|wechsele
        wechsel|wechseln|gehe|gehen|zurück zu|zur|zum
        bin|sind weg|raus
        mein|das letztes|war
        nie|nicht wieder|mehr bestellen|kaufen|buchen|kunde
        auf nimmerwiedersehen
        tschüss
        vertrag beenden|auflösen|gekündigt|läuft
        letztes|letzter|letzte _ _?
    """,
    "buying": """
        kaufen|bestellen|buchen|abschließen|vorbestellen|lieferbar|verfügbar|angebot|angebote|rabatt|tarif|tarife|lohnt
        überlege|interessiere|möchte|würde|will _? _? _? kaufen|bestellen|wechseln|buchen|holen|zu
        bietet|habt|verkauft|liefert ihr
    """,
    "price_asked": """
        was|wie|wieviel kostet|kosten|viel|teuer
        preis
    """,
    "product": "tarif|tarife|paket|pakete|vertrag|angebot|guthaben",
    "thanks": "danke|dank|dankeschön|vielen|herzlichen|bedanke|merci|lob|kompliment|respekt|hut",
    "praise_you": """
        danke|dank|lob|kompliment an|euch|ihnen|dir|@|das|für
        ihr seid|habt
    """,
    "lovely": """
        super|toll|tolle|toller|klasse|perfekt|großartig|grossartig|hervorragend|ausgezeichnet|wunderbar|genial|prima|spitze|freundlich|freundlicher|kompetent|schnell|zufrieden|begeistert|empfehlen|empfehlenswert|empfehlung|liebe|liebt|lieben|schön|gut|gute|guter|gutes|sehr|bestens|freue|freut|geduldig|beste|bester|einfach|top|nett|hilfsbereit|reibungslos
        nur zu empfehlen
    """,
    "solved": """
        geht|funktioniert|klappt|läuft jetzt|wieder|endlich|nun|einwandfrei|tadellos
        gelöst|behoben|erledigt|repariert
        hat geklappt|funktioniert|geholfen
        war es
    """,
    "spam_offer": "gratis|gewinnspiel|gewinnen|gewinn|verdiene|verdienen|bitcoin|krypto|kredit|rabattcode|gutscheincode|nebenverdienst",
    "spam_call": """
        klick|klicke|klickt hier|auf
        link in
        folgt|folge mir
    """,
    "scam_word": "betrug|betrüger|phishing|fake|scam|abzocke|gefälscht|gefälschte",
    "warning": "warnung|achtung|vorsicht|aufpassen",
    "fraud": """
        gehackt|gestohlen|geklaut|missbrauch|unbefugt|fremde|fremder|datenleck|betrogen
        jemand hat
    """,
    "locked_out": """
        gesperrt|ausgesperrt|passwort|kennwort|anmelden|anmeldung|einloggen|login|zugang|zugriff|entsperren|zwei faktor
        konto gesperrt|gehackt
    """,
    "danger": "feuer|brand|brennt|rauch|verbrannt|notruf|notfall|krankenhaus|gefährlich|gefahr|verletzt|krank|baby|heizung|schwanger|behindert|pflege|hausnotruf|112",
    "stranded": "gate|boarding|flughafen|gestrandet|bahnhof|ausland|flug|grenze|wanderung|wandertour|unterwegs",
    "now": "sofort|dringend|eilig|schnellstens|umgehend|heute noch?|jetzt",
    "law": "anwalt|anwältin|rechtsanwalt|klage|verklagen|gericht|anzeige|verbraucherzentrale|bundesnetzagentur|bnetza|dsgvo|datenschutz|schlichtungsstelle|polizei|rechtlich",
    "cut_off": "abgeschaltet|abgestellt|abgeklemmt|gekappt|inkasso|mahnung",
    "slur": "kanake|kanaken|neger|schwuchtel|schwuchteln|zigeuner|missgeburt",
    "dismissal": """
        fick|fickt dich|euch|du
        verpiss|verpisst dich|euch
        leck|leckt mich
        halt|haltet die|das
        haut ab
    """,
    "strong_insult": """
        zu blöd|dumm|doof|dämlich|unfähig
        idiot|idioten|vollidiot|vollidioten|deppen|depp|trottel|penner|arschloch|arschlöcher|wichser|hurensohn|versager|pfeife|pfeifen|dummköpfe|dummkopf|schwachkopf|schwachköpfe|vollpfosten|volltrottel|drecksäcke|gesindel|affen|spasten|hornochsen
    """,
}
