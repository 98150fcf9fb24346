"""How people say that they are not pleased: cues of complaints."""

DISPLEASURE = {
    "bad": """
        worst|terrible|terribly|awful|awfully|horrible|horrendous|appalling|dreadful|shocking|shockingly|disgusting|disgrace|disgraceful|pathetic|ridiculous|ridiculously|unacceptable|shambles|shambolic|useless|rubbish|garbage|trash|crap|crappy|shit|shite|shitty|sucks|suck|sucked|poor|poorly|atrocious|abysmal|hopeless|incompetent|incompetence|unprofessional|rude|scandalous|diabolical|farce|farcical|lousy|substandard|unreliable|inexcusable|laughable|insulting|insult|absurd|unfair|outrageous|criminal|bs|bullshit|trashy
        a|an|absolute|complete|total|utter|actual|such a|an? joke|farce|disgrace|shambles|mess|nightmare|waste|disaster|insult|embarrassment|cheek|failure|circus|con
        nightmare|despicable|greedy|greed|dishonest|deceptive|shame|shameful|robbery|ripoff|extortion|misleading|misled|lied|cheated|robbed|conned|profiteering|gouging
        waste of time|money|my
        not|isnt|aint|wasnt|aren really|very|at|all|so|that|a|exactly|even? good|great|happy|acceptable|impressed|okay|fair|helpful|amused|cool|enough|pleased|ideal|worth
        poor|bad|terrible|worst|lousy|zero customer? service|support|experience|communication
        shame on
        worse|unhelpful|avoid|overpriced|painful|sloppy|careless|clueless|third rate
        what a joke|mess|shambles|farce|shame|waste|disgrace|nightmare|load
        so much for
        let down
        rip|ripped|ripping me|us|people|you? off
        pointless|clunky|stupid|stupidly|dumb|dumbest|daft
        slow|slower|slowest|bad|badly|noisy|confusing|awkward
    """,
    "annoyed": """
        fuming|furious|livid|angry|annoyed|annoying|irritating|irritated|frustrated|frustrating|frustration|disappointed|disappointing|disappointment|unhappy|upset|upsetting|unimpressed|dissatisfied|outraged|raging|fedup|gutted|disgusted
        fed|pissed up|off
        sick|tired of
        regret|hate|hates|hated|smh|grr|argh|ugh|sigh
        ^ wtf|ffs|seriously|honestly|really
        wtf|ffs
        beyond|past a joke
        weirding|freaking|driving|drives me|us out|mad|insane|crazy|nuts|up
        had enough
        makes no sense
        make it make sense
        read the room
        do|must be|get|try|can better
        for gods|goodness|heavens|fucks sake
        please|just stop
        unbelievable|incredible how|that|unreal
        come on
        not on
    """,
    "sarcasm": """
        great|nice|brilliant|wonderful|lovely|fantastic|amazing|well|good ,? another|job|start|one|work|service|done guys|again|!|@
        ^ great|brilliant|fantastic|wonderful|lovely|marvellous ,? another|now|so|more|news
        love|loving how|that|it when|when
        congratulations|congrats|kudos|bravo|hats on|for another|ruining|the|making
        such a joy
        chefs kiss
        lol ok
        ok lol
        apparently
        must be nice
        shout out to the
        as a treat
        good|best joke|luck
        funnily enough
        imagine
        is|thats|this is it|that too much
        who knew|does that
        dear @
    """,
    "mock_thanks": """
        thanks|cheers|thank you? for nothing|wasting|ruining|leaving|ignoring|making|another|losing|breaking
        thanks|cheers a? bunch
        thanks a? million|lot for
        nice|great|good|well one|job|work|done _ _? idiots|clowns|morons|not
        well done for another|ruining|wasting|losing|breaking
    """,
    "swearing": """
        fuck|fucking|fuckin|fucked|fkn|effing|bollocks|bloody|bullshit|goddamn|damn|arse
    """,
    "contrast": """
        but|however|although|unfortunately|sadly|despite
    """,
    "fix_it": """
        fix|sort|resolve|solve|mend it|this|that|your|the|my|out|ur|yourselves|itself|these
        please|pls|plz|just|be|get|gets|when|need|needs|must|you|ever fix|fixed|sorted|resolved|repaired
        get|pull|sort your|a act|socks|finger|grip|game
        do something
        hurry up
        stop|quit charging|sending|asking|crashing|calling|spamming|making|ignoring|taking|putting|changing|trying|telling|it|this|capitalizing
        when is|will the|this|it fix|fixed|be
        look|get into|on this|to|it
    """,
    "why": """
        why is|are|does|do|did|has|have|was|were|the|my|your|on|would|cant|isnt|dont|doesnt|wont|arent|havent|hasnt|should|must|when|can|you|i|it|so|no|not|am|wasnt|in|u
        ^ why
        how come|dare|hard|difficult
        what the|is hell|fuck|heck|point|actual|going
        whats|what|wats going|happening|wrong|up on|with|here|?
        explanation
        are you|u|yall kidding|serious|joking|having|even|ever
        do you|they know|even|think|expect|train|care
        who do i|we hold|complain
        since when
        what am i
        what did i|we
        what are you doing
    """,
}
