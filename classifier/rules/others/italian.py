"""Italian core words."""

ITALIAN = {
    "fails": """
        non mi|si|ci|vi|ti|lo|la? funziona|funzionano|va|carica|apre|connette|risponde|prende|parte|riconosce|arriva|lascia|fa
        non riesco|riesce|riusciamo|posso|si|è
        ha|smesso smesso|di
        si blocca|chiude|disconnette
    """,
    "unable": """
        impossibile
        non riesco|riusciamo|posso|possiamo|riesce
        problema|problemi|difficoltà
    """,
    "fault": "errore|errori|guasto|guasta|rotto|rotta|bloccato|bloccata|difettoso|sparito|sparita|perso|persa|sbagliato|sbagliata|scaduto|rifiutata|danneggiato|morto|bug",
    "outage": """
        senza|niente|nessuna|nessun|no rete|internet|linea|connessione|segnale|servizio|campo|corrente
        al buio
        guasto|disservizio|down
    """,
    "waiting": """
        aspetto|aspettando|aspettare|attesa|attendo|aspettiamo
        da|sono|dopo ieri|<n>|due|tre|una|un|giorni|settimane|mesi|ore|più|stamattina
        ancora|sempre niente|nulla|nessuna|nessun|in|senza
        <n>|due|tre|quattro|cinque|quattro giorni|settimane|mesi|ore|minuti|mail
    """,
    "never_came": """
        non|mai è|ho|mi|ancora? arrivato|arrivata|ricevuto|risposto|rispondono|risponde|consegnato
        nessuna|nessun|senza risposta|risposte|notizia|riscontro
        nessuno
        ritardo|ritardi|perso|smarrito
        dov|dove è|sono
    """,
    "again": """
        di nuovo
        un altra|ennesima
        ancora una
        due|tre|quattro|mille|<n> volte
        ogni|terza|seconda volta
    """,
    "bad": "pessimo|pessima|pessimi|peggio|peggiore|orribile|terribile|vergogna|vergognoso|vergognosa|inaccettabile|ridicolo|schifo|schifoso|merda|truffa|truffatori|inutile|inutili|scandaloso|scarso|scarsa|lento|lenta|caro|disastro|incompetenti|ladri|assurdo|imbarazzante",
    "annoyed": "deluso|delusa|delusione|stufo|stufa|arrabbiato|arrabbiata|furioso|stanco|stanca|purtroppo|peccato|frustrante|odio|scocciato|tempismo",
    "overcharged": """
        addebitato|addebito|addebitati|pagato|prelevato due|doppio|tre|senza|<n>|volte? volte?
        doppio|due addebito|addebiti|pagamento
        addebitato|addebito|prelevato
    """,
    "refund": "rimborso|rimborsi|rimborsare|rimborsato|rimborsate|risarcimento|indennizzo|soldi",
    "price_up": "aumento|aumentato|aumenti|rincaro|rincari",
    "broken_promise": "promesso|promessa|detto|dicono|invece|doveva|eppure|scrive",
    "contrast": "ma|però|purtroppo|tuttavia",
    "fix_it": "sistemate|sistemare|risolvete|risolvere|riparate|aggiustate|aggiustare|sbrigatevi|muovetevi",
    "why": """
        perché|perchè|come mai?
        quando
        che succede
    """,
    "how_to": """
        come|dove|quando|quanto|quale|quali|chi|cosa
        si|è può|possibile
        c|ce è|un|modo
    """,
    "may_we": """
        ^ posso|si|potete|può|è|c|ce|avete|devo|potreste|qualcuno|puoi
        potete|potreste|può|mi dirmi|aiutarmi|aiutare|confermare|dire|potete
        posso|si può
    """,
    "wondering": "domanda|sapere|informazione|informazioni|dubbio|info|chiedere",
    "anyone": "qualcuno",
    "needs_help": """
        bisogno|ho di|bisogno
        aiuto|aiutatemi|aiutateci
        potete|mi aiutarmi|aiutare|aiutate
    """,
    "please": "per favore|cortesia|piacere|favore|cortesemente",
    "wish_strong": """
        suggerimento|suggerisco|proposta|idea|propongo
        sarebbe _? bello|utile|comodo|meglio|fantastico|ideale
        mi piacerebbe
        potreste aggiungere|inserire|mettere
        manca solo|una|un|la
    """,
    "leaving": """
        disdico|disdetta|disdire|recesso|recedere|cancello|cancellare|abbonamento disdetta?
        cambio|cambiato|cambiare|passo|passato|passare a|ad|operatore|gestore|compagnia
        me ne vado
        mai più
        addio
        ultima volta
    """,
    "buying": """
        comprare|acquistare|ordinare|disponibile|offerta|offerte|sconto|piano|piani|tariffa|tariffe|preventivo|abbonarmi
        vendete|avete|spedite|fate
    """,
    "price_asked": """
        quanto costa|costano|viene|è
        prezzo|prezzi
    """,
    "product": "piano|piani|offerta|offerte|tariffa|tariffe|contratto|pacchetto|illimitato",
    "thanks": "grazie|ringrazio|ringraziare|complimenti|bravi|brava|bravo|bravissimi",
    "praise_you": """
        grazie|complimenti a|al|alla|mille|per|@|ragazzi|tutti
        siete
    """,
    "lovely": "ottimo|ottima|ottimi|perfetto|perfetta|eccellente|fantastico|fantastica|bellissimo|bello|bella|meraviglioso|consiglio|consigliato|consigliatissimo|veloce|rapido|gentile|gentili|gentilissimi|contento|contenta|felice|soddisfatto|soddisfatta|bene|benissimo|facile|adoro|super|migliore|chiara|finalmente",
    "solved": """
        risolto|risolta|sistemato|sistemata
        ora|adesso|finalmente funziona|va
        funziona tutto|di|bene|perfettamente
        attivata|attivato in
    """,
    "spam_offer": "gratis|guadagna|guadagnare|guadagni|bitcoin|prestito|prestiti|vinci|vincere|premio|investi|investimento",
    "spam_call": """
        clicca|cliccate qui|sul
        scrivimi|contattami|seguimi
        link in
    """,
    "scam_word": "truffa|truffe|phishing|frode|falso|falsa|truffatori",
    "warning": "attenzione|occhio|attenti|allerta",
    "fraud": "hackerato|hackerata|rubato|rubata|rubati|frode|clonata|clonato|sconosciuto",
    "locked_out": """
        password|bloccato|bloccata|accedere|accesso|credenziali|account
        account bloccato|hackerato
    """,
    "danger": "fuoco|incendio|fumo|bruciato|brucia|emergenza|ospedale|pericolo|pericoloso|ferito|neonato|bambino|riscaldamento|incinta|disabile|ambulanza|malato|malata|112|118",
    "stranded": "aeroporto|volo|stazione|imbarco|estero|bloccati|aereo|treno|gate|frontiera",
    "now": "urgente|urgentemente|subito|immediatamente|adesso|oggi",
    "law": "avvocato|denuncia|denunciare|tribunale|reclamo|agcom|altroconsumo|garante|polizia|legale|illegale|conciliazione",
    "cut_off": "staccato|staccata|tagliato|sospeso|sospesa|morosità",
    "slur": "negro|negri|frocio|froci|terrone|terroni|zingaro|zingari|ricchione",
    "dismissal": """
        vaffanculo|fanculo
        andate|vai a|al|affanculo cagare|diavolo|quel
        stai|state zitto|zitti
    """,
    "strong_insult": "idiota|idioti|imbecille|imbecilli|deficiente|deficienti|cretino|cretini|coglione|coglioni|stronzo|stronzi|stronza|bastardi|bastardo|buffoni|pagliacci|scemi|scemo|ritardati|puttana",
}
