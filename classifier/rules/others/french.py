"""French core words."""

FRENCH = {
    "fails": """
        ne|n _? _? marche|fonctionne|marchent|fonctionnent|charge|ouvre|répond|reconnaît|passe|démarre _? pas|plus|jamais
        marche|fonctionne|marchent|fonctionnent|charge|répond pas|plus|mal
        refuse|refusent
        se ferme|bloque|coupe|déconnecte
        ça|cela ne? marche pas|plus
    """,
    "unable": """
        impossible
        peux|peut|arrive|arrivons|pouvons|puis|réussis _? pas|plus
        n'arrive|narrive|narrivons pas|plus
        problème|problèmes|souci|soucis|difficultés
    """,
    "fault": "panne|bug|bugs|bugue|plante|planté|erreur|erreurs|cassé|cassée|bloqué|bloquée|défectueux|défaut|disparu|perdu|perdue|mauvais|mauvaise|endommagé|mort|morte|expiré|invalide|régression|débité",
    "outage": """
        panne|coupure
        plus|pas|aucun|sans de|d? internet|réseau|connexion|signal|wifi|service
        hors service|ligne
    """,
    "waiting": """
        attends|attend|attendre|attente|attendons|patiente
        depuis hier|ce|<n>|deux|trois|une|un|des|plusieurs|plus|lundi|mardi|mercredi|jeudi|vendredi|la|le
        toujours|encore pas|rien|aucun|aucune|en
        <n>|deux|trois|quatre|cinq jours|semaines|mois|heures|minutes
    """,
    "never_came": """
        pas|jamais|rien reçu|livré|arrivé|reçue|venu
        aucune|aucun|sans réponse|nouvelle|nouvelles|retour|rappel|explication|suivi
        personne ne|n|répond
        retard|retards|perdu
        où est|sont
    """,
    "again": """
        encore|toujours une|un|la|le
        de nouveau
        deuxième|troisième|énième|<n> fois
        deux|trois|plusieurs fois
    """,
    "bad": "nul|nulle|nuls|honteux|honte|scandaleux|scandale|inadmissible|inacceptable|lamentable|catastrophique|catastrophe|pire|horrible|merde|merdique|incompétent|incompétents|arnaque|arnaqueurs|pourri|pourrie|ridicule|mauvais|mauvaise|minable|affreux|inutile|foutage|bordel|lent|lente|cher|beau travail",
    "annoyed": "déçu|déçue|décevant|marre|furieux|furieuse|énervé|énervée|énervant|colère|ras|agacé|fâché|dommage|malheureusement|insupportable|mécontent|mécontente|désespérant",
    "overcharged": """
        débité|débitée|prélevé|prélevée|prélèvement|facturé|facturée|facturation deux|trois|double|<n>|à|en|sans? fois?
        débité|prélevé|prélèvement|prélèvements|surfacturé
        double|deux prélèvement|débit|paiement|facture
    """,
    "refund": "remboursement|remboursé|remboursée|rembourser|remboursez|dédommagement|indemnisation|rendez",
    "price_up": "augmentation|augmenté|augmente|hausse|augmentations",
    "broken_promise": "promis|promesse|prétend|soi|annoncé|pourtant|alors|malgré|dit|devait",
    "contrast": "mais|cependant|pourtant|malheureusement|sauf",
    "fix_it": """
        réparez|corrigez|réglez|réparer|corriger|régler|résoudre|arrêtez|faites
    """,
    "why": """
        pourquoi
        c est|quoi
        quand
        cest quoi
    """,
    "how_to": """
        comment|où|quand|quel|quelle|quels|quelles|combien|qui
        est|est-ce|estce|esce que|qu
        que faire
        y a
    """,
    "may_we": """
        est|estce que|quil|qu
        peut|puis|pouvez|peux|pourriez|pourrais|avez|faut|dois|doit on|je|vous|tu|il
        ^ est|peut|puis|pouvez|pourriez|avez|faut|dois
        possible de
        pouvez vous
    """,
    "wondering": "question|renseignement|savoir|demande|information|précision|sais",
    "anyone": """
        quelqu|quelquun un|a|sait|peut
        suis|seul|seule le|à
        d'autres|dautres
    """,
    "needs_help": """
        besoin d|de|daide
        aidez|aide|aider moi|svp|nous
        pouvez vous m|maider|me
        au secours
        merci de d avance
    """,
    "please": "svp|stp|plaît|plait|merci de",
    "wish_strong": """
        suggestion|suggère|proposition|idée|souhait|souhaite|aimerais|aimerait|voudrais
        serait _? bien|super|génial|sympa|pratique|top|utile
        ajoutez|ajouter|pourriez vous? ajouter
        manque juste|une|un
    """,
    "leaving": """
        résilie|résilier|résilié|résiliation|désabonne|désabonnement|quitte|quitter
        change|changer|changé|pars|passe|passé d|de|chez opérateur|fournisseur|la|concurrence|crémerie|un
        c est|fini
        adieu
        plus jamais
        dernière fois
        je pars|quitte|résilie
    """,
    "buying": """
        acheter|commander|achat|commande|disponible|forfait|forfaits|abonnement|promo|réduction|devis|souscrire|précommander
        vendez|livrez|proposez vous?
    """,
    "price_asked": """
        combien|quel|quelle coûte|ça|est|le|coute|prix|tarif
        prix|tarif|tarifs
    """,
    "product": "forfait|forfaits|offre|offres|abonnement|formule",
    "thanks": "merci|remercie|remercier|bravo|félicitations|chapeau|reconnaissant",
    "praise_you": """
        merci|bravo à|a|beaucoup|pour|@|mille|infiniment
        vous êtes
    """,
    "lovely": "super|génial|géniale|parfait|parfaite|excellent|excellente|top|formidable|magnifique|adore|aime|satisfait|satisfaite|recommande|rapide|efficace|sympa|sympathique|aimable|agréable|ravi|ravie|impeccable|meilleur|meilleure|content|contente|extra|nickel|bien|bon|bonne|facile|tranquille|réactif",
    "solved": """
        réglé|réglée|résolu|résolue|réparé
        remarche|refonctionne
        ça|cela|tout marche|fonctionne|passe|est
        marche|fonctionne|passe enfin|maintenant|bien|nickel|parfaitement
        c est|cest installé|bon|réglé
        est|sont installé|installée|rechargé|rechargée|arrivé
    """,
    "spam_offer": "gratuit|gratuits|gagnez|gagner|bitcoin|crypto|crédit|prêt|bon plan|gains|investissement|parrainage",
    "spam_call": """
        cliquez|clique ici|sur
        lien en
        contactez|écrivez moi|le|la|sur
        abonnez vous
    """,
    "scam_word": "arnaque|arnaques|phishing|hameçonnage|faux|fausse|frauduleux|frauduleuse|escroc|escroquerie",
    "warning": "attention|alerte|méfiez|prudence",
    "fraud": "piraté|piratée|piratage|volé|volée|fraude|fraudé|usurpé|usurpation|escroquerie|inconnu",
    "locked_out": """
        mot de passe
        identifiants|identifiant|verrouillé|connecter|connexion|reconnecter|déverrouiller|mots
        compte bloqué|piraté|suspendu
    """,
    "danger": "feu|incendie|fumée|brûlé|brûle|urgence|urgences|hôpital|danger|dangereux|blessé|bébé|chauffage|enceinte|handicapé|samu|pompiers|malade",
    "stranded": "aéroport|gare|embarquement|avion|train|étranger|coincé|coincée|bloqué|quai|vol|frontière",
    "now": "urgent|urgente|vite|immédiatement|rapidement|maintenant|aujourdhui|dès|tout de",
    "law": "avocat|justice|plainte|tribunal|juridique|médiateur|dgccrf|cnil|rgpd|huissier|arcep|légal|illégal|police",
    "cut_off": "coupé|coupée|coupez|suspendu|suspendue|huissier|recouvrement",
    "slur": "bougnoule|bougnoules|pédé|pédés|négro|youpin|bicot|tapette|tapettes",
    "dismissal": """
        va|allez te|vous faire
        ta|vos gueule|gueules
        ferme|fermez la|ta|vos
        nique|niquez ta|vos|toi
        allez au diable
    """,
    "strong_insult": "connard|connards|conne|con|cons|connasse|imbécile|imbéciles|idiot|idiots|abruti|abrutis|crétin|crétins|débile|débiles|salaud|salauds|salope|enculé|enculés|bouffons|bouffon|ordures|charlots|branleurs|guignols",
}
