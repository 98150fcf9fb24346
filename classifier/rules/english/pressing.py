"""What cannot wait: cues of urgency."""

PRESSING = {
    "danger": """
        fire|smoke|smoking|burnt|sparks|sparking|exploded|explosion|electrocuted|carbon|flooded|flooding|melted|melting|hazard|dangerous|unsafe|shattered
        burning smell|plastic|cable|plug|wire
        gas leak|smell|feed|pipe|main
        smell|smells|smelling of|like|is burning|smoke|gas|strong|plastic|burnt
        hot|warm to touch|the
        electric shock
        broken glass
        injured|injury|bleeding|poisoned|poisoning|choking|allergic|vomiting|unconscious|collapsed
        hospital|ambulance|paramedic|999|911|112|emergency|emergencies|insulin|oxygen|dialysis|ventilator|medication|telehealth|nhs
        pendant|telecare|careline
        alarm|alarms is|are|was|went|company|offline|connected|being|off
        vulnerable|disabled|newborn|dementia|carer|wheelchair
        <n> week|weeks|month|months old
        elderly|pensioner|disabled mother|mum|mom|father|dad|parents|neighbour|lady|gentleman|man|woman|customer
        mother|mum|mom|dad|father|nan|gran|grandma|grandmother|grandad is|s <n>
        on her|his|their own
        no heating|heat|hot|water|electricity
        without heating|heat|hot|water|electricity|medication|power
        heating|boiler is|control|off|broken|not|down|went
        <n> degrees out|outside
        killed|suicide|suicidal|dying
        kill|hurt|harm|end myself|himself|herself|it|my
        scared|frightened|terrified|threatened|attacked|assaulted
        at|outside my|our|the door|house
        through the|our|my roof|window|ceiling|wall
        call 999|911
        life|lives at|in|of risk|danger|death
        live|exposed|bare|loose|hanging|trailing|dangling wire|wires|cable|cables|socket
        cable|wire|wires|cables|pole is|are|across|hanging|lying|over|left|down the|our|my|pavement|road|path|garden|on|in
        water coming|pouring|leaking|dripping|through|everywhere
        swollen|bulging|swelling|leaking battery|batteries
        battery is|has swollen|swelling|bulging|leaking|hot
        too hot|warm to
        melted|melting|scorched|charred
        tripped|trip over|the|on
        fell|fallen|slipped off|from|through|over
        chemo|chemotherapy|cancer|stroke|seizure|diabetic|pacemaker|asthma|epilepsy|epileptic|epipen
        a&e
        medical|panic|fall|falls|burglar|fire|carbon alarm|alert|device|equipment|monitor|pendant
        alone at|in|all|with|and|for
        my|the baby|newborn|toddler|son|daughter|kid|child is|in|has|was|could|nearly sick|ill|hospital|hurt|alone|burned|burnt|freezing|cold
        ceiling|roof
        self harm
        want to die
        cant go on
    """,
    "fraud": """
        fraud|fraudulent|hacked|hacker|hackers|hacking|stolen|compromised|breach|breached|leaked|hijacked|cloned|malware|ransomware|spyware
        sim swap|swapped
        someone|somebody|someones|stranger|strangers|hacker else? has|have|is|just|s|keeps? changed|got|used|using|logged|logging|accessed|ordered|opened|signed|done|charged|bought|tried|trying
        someone|somebody|other|strangers|another|different elses|peoples|persons|mans|customers account|bill|details|address|data|name|email|statement|order|voicemail|messages|invoice
        my|our data|details|address|card|identity|information|email|password has|was|is|have|on|were|been|changed stolen|changed|leaked|exposed|shared|someones|been|sold|out
        full address
        unauthorised|unauthorized|suspicious|unknown|strange login|logins|access|transaction|transactions|activity|purchase|purchases|device
        it|that|this wasnt|isnt|not me|mine
        password|email|number|address was|has|been|got? changed
        data|privacy|security breach|violation|issue|thing|leak|flaw
        read|give|gave|asked|asks|wants|asking him|her|them|me|for|my|to the|my|long|for|card|your code|pin|card|password|bank|long
        says|claims|claiming|said he|she|they|hes|shes|theyre|to is|from|be|be from|hes|shes
        left for a stranger
        an address thats
        account that|which was|is never|not
        phishing
        scammed|conned
        stop it|this|them|him pls|please|going|in
        entered|typed|gave|given|put|shared|sent in|her|his|my|our|the|them|him|it? card|bank|pin|password|details|code
        card|bank details|account number
        bank account emptied|drained|cleared
        emptied|drained|cleared my|our|her|his|the
        another|different|other customers|persons|customer|person
        i|we can|could see|read|hear someone|another|other|somebody|strangers|a
        personal data|information|details
        impersonating|pretending|posing|claiming
        gdpr|ico
    """,
    "locked_out": """
        locked|lock out|me|us
        my|our|the|his|her|your account|accounts|card|number|sim has|have|is|was|been|still|got been|still? locked|suspended|disabled|blocked|banned|barred|deactivated|restricted
        cant|cannot|couldnt|unable|wont|not|doesnt|wouldnt|dont|didnt let|letting|able|allow|help|even|still|just? me|us? to? log|login|sign|recover|retrieve|regain in|into|on|onto|to|my|our|access|account
        cant|cannot|couldnt|unable|wont|not|doesnt let|letting|able|even|still|just? me|us? to? get|access into|in|onto|my|our|back account|into|in|at|my|the|onto|gmail|email|e
        cant|cannot|wont|unable|not let|letting|even|able|to? me|us? to? login|signin|in
        trouble|problem|issue|issues|error|difficulty|help|how|problems to|with|i|do|while|when? signing|logging|log|sign|login|getting|get in|into|on|to|my|back
        wont|not let|letting me|us in
        login|sign|signin error|in|screen|page error|loop|broken|again
        signed|logged|kicked me? out overnight|and|of|everywhere
        lost|forgot|forgotten|reset|resetting|changed|know|remember|dont my|the|his|her|our|their|own? password|passwords|passcode|login|authenticator|username
        2fa|mfa|otp|authenticator
        two|2 factor|step|steps
        verification|security|recovery|backup|authentication code|codes|email|link|device|step|phone
        password|account reset|recovery|recover|assistance
        reset|change your|my|the? password
        recover|recovering|retrieve|restore|regain|unlock|access my|our|his|her|old|the|an|to? old? account|gmail|email|profile|login|mailbox|yahoo
        get|getting|need|want|help|got my|our|into|back|the|in account|gmail|email|into my|old? back|account|gmail
        account back
        loops|loop back? to|sign|welcome|login
        sign in page|loop|screen
        puk
        no longer have|access access|to
        recognise|recognize my|the|me device|phone
        verify|prove its|it|my|that me|identity|its
    """,
    "stranded": """
        stranded
        stuck|trapped|standing|stood|sat|sitting at|in|outside the|an|a|our|passport|my? airport|gate|station|hotel|rain|cold|roadside|road|abroad|car|till|checkout|passport|border|customs|counter|locker|control|plane|tarmac
        at the gate|airport|border|till
        boarding|tarmac|motorway|roadside
        abroad|overseas
        flight|plane|train|ferry leaves|departs|cancelled|canceled|boards|wont|in|is
        flying|travelling|traveling|fly|departing in|the|today|tonight|tomorrow|on|out
        luggage|baggage|bag|bags is|lost|missing|hasnt|never
        i drive
        drive a|for taxi|living
        taxi|fares|deliveries
        card|cash|till|payment machine|machines|terminal|only|reader is|down|wont|not|runs|folks|sorry
        card machine
        losing|lost|of card? sales|business|customers|custom|trade|fares
        interview|exam|deadline|funeral
        shift|appointment starts|at|in|tomorrow|for
        starts at|in
        due at|tonight|in
        on call
        work|working|works from home
        wfh
        overdrawn
        food|gas|rent|grocery|shopping money|til|till
        cant work|earn|trade|pay|feed
        my jobs|job
        quarterly|board|zoom|teams|video review|call|meeting|calls
        stuck|left|abandoned|stood|locked outside|out|without|here|in the|at the
        no|without way home|home
        my|the exam|hearing|visa|deadline|interview|surgery|operation
        online|video|zoom exam|interview|appointment|consultation|hearing|class
        cant take|accept|process any|card? payments|orders|bookings|calls
        our|my|the shop|cafe|restaurant|business|salon|pub|office|surgery|school|clinic|nursery|practice is|cant|has|runs|relies|depends|closed|without
        relies|depends|rely|depend on it|this|the|your
        customs|visa|border
        missed|miss|missing our|my|the|a flight|connection|train|exam|interview|appointment
        losing|lost business|customers|income|earnings|sales|bookings
        cant do my job
        need it|this|internet|wifi|the|my _? for work|today|tonight|tomorrow
    """,
    "now": """
        urgent|urgently|asap|immediately|emergency|hurry|desperate|desperately|pronto
        right|straight now|away
        need|needs|want|fix|fixed|back|help|sort|sorted|it|this|resolved|answer now|today|tonight|asap|immediately
        as soon as
        today|tonight not|rather
        cannot|cant|wont wait
        how long will|is|until|till|before|more
        eta
        tonight
        in|within <n>|an|half|one mins|min|minutes|hour|hrs|hours
        just died|dropped|went|gone
        as i type
        <n> hr|min|mins|minutes|hours|hour ago
        by <time>|tonight|tomorrow|then
        before <time>|then|tomorrow
        tomorrow
    """,
    "law": """
        lawyer|lawyers|solicitor|solicitors|attorney|sue|suing|sued|lawsuit|court|legal|legally|illegal|illegally|ombudsman|regulator|regulators|ofcom|ofgem|fca|fcc|ftc|cfpb|caa|gdpr|ico|tribunal|barrister|prosecute|litigation|police|unlawful
        trading standards
        small claims
        consumer rights|protection|affairs|forum|court|watchdog
        better business bureau
        attorney general
        further|legal action
        formal complaint|notice|letter
        code of practice
        deadlock|subject access
        data protection
        credit file|score|rating|record
        my rights
        adjudicator|mediation|arbitration|complaint
        legal|court|police action|claim|advice|team|proceedings|report
        reported|reporting|report to|you _? to? the|police|trading|action|ofcom
    """,
    "cut_off": """
        cut|cutting|disconnected|barred|suspended me|us|my|our|him|her|you|the|still? line|phone|service|supply? off|for|barred
        cut my|our|the|his|her _? line|phone|service|power
        still barred|disconnected|blocked|suspended|off|cut
        debt collector|collectors|collection|collections
        bailiff|bailiffs
        non payment
        phone|line|sim is|says|was|been|being cut|barred|off
    """,
}
