"""Insults, slurs and threats. The lists exist to recognise them; how they are weighed stands in rules/abusive.py."""

from classifier.rules.tokens import word_set

INSULTS = """
    idiot idiots moron morons imbecile imbeciles cretin cretins scum scumbag scumbags twat twats wanker wankers prick pricks dick dicks dickhead dickheads arsehole
    arseholes asshole assholes bastard bastards bitch bitches cunt cunts weasel weasels parasite parasites retard retards halfwit halfwits dimwit dimwits dumbass dumbasses numpty
    numpties bellend bellends tosser tossers pillock pillocks knobhead slag slags slut sluts whore whores hoe hoes fuckers fucker fuckwit fuckwits motherfucker motherfuckers jackass douche douchebag
    douchebags degenerate degenerates simpleton simpletons buffoon buffoons cow cows vermin pigs swine peasant peasants nitwit nitwits dolt dunce
    shithead shitheads scumbags subhuman subhumans pussy trash filth filthy lowlife lowlifes crook crooks thieves thief liars liar clown clowns muppet muppets donkey donkeys
    monkey monkeys fool fools loser losers rat rats snake snakes pig jerk jerks creep creeps coward cowards goblin goblins troll trolls leech leeches numbskull numbskulls
    plonker plonkers wally wallies git gits prat prats berk berks plank planks melt gimp gimps spanner spanners tool tools doughnut doughnuts cabbage cabbages minger tart bint hag witch crone oaf oafs lout
    louts yob yobs thug thugs brute brutes pervert perverts perv pervs nonce nonces gobshite gobshites eejit eejits mug mugs jobsworth jobsworths lackey lackeys chimp chimps ape apes baboon baboons
    slob slobs slug slugs maggot maggots cockroach cockroaches toad toads worm worms turd turds airhead airheads birdbrain blockhead bonehead boneheads bimbo bimbos dunderhead dunderheads nincompoop
    ignoramus charlatan charlatans conman conmen bloodsuckers vulture vultures criminals mongrel mongrels sheep amoeba vegetable vegetables failure failures halfwits amateurs dimwits imbecile simps
    shitbag shitbags dipshit dipshits dumbfuck dumbfucks fuckface arsewipe arsewipes asswipe asswipes cockwomble cocks cock knob knobs wankstain clot clots dope dopes dummy dummies stooge stooges
    savages savage animals animal psycho psychos lunatic lunatics weirdo weirdos freak freaks disgrace
"""
"""Nouns. Many are harmless alone ("a brave cow"): they count only beside a person."""

STRONG = word_set(
    "idiot idiots moron morons imbecile imbeciles cretin cretins scum scumbag scumbags twat twats wanker wankers dickhead dickheads arsehole arseholes asshole assholes cunt cunts retard retards "
    "halfwit halfwits dimwit dimwits dumbass dumbasses bellend bellends tosser tossers pillock pillocks fuckwit fuckwits motherfucker motherfuckers fuckers fucker douchebag douchebags subhuman subhumans "
    "shithead shitheads knobhead whore whores slut sluts plonker plonkers eejit eejits gobshite gobshites nonce nonces shitbag shitbags dipshit dipshits dumbfuck dumbfucks fuckface arsewipe arsewipes asswipe "
    "asswipes cockwomble dunderhead dunderheads nincompoop numpty numpties jobsworth jobsworths scumbag scumbags lowlife lowlifes"
)
"""Nouns that are hardly ever said of anything but people."""

INSULTING = """
    thick dense dumb stupid brainless braindead incompetent useless lying smarmy smug ignorant lazy fat ugly pathetic dozy spineless clueless mindless worthless disgusting filthy vile
    hideous inbred retarded dribbling moronic idiotic gormless arrogant stinking silly evil nasty rude sad pig old little jumped poxy crooked thieving robbing cheating snotty stuck snivelling whining sanctimonious patronising condescending braindead deluded miserable greasy sleazy creepy bent daft simple gutless cowardly absolute
"""
"""Adjectives: insulting only when said of a person."""

SLURS = """
    nigger niggers nigga niggas faggot faggots fag fags dyke dykes tranny trannies paki pakis chink chinks gook gooks spic spics kike kikes wetback wetbacks coon coons gypo pikey pikeys raghead ragheads
    towelhead towelheads spastic spastics mongoloid redskin redskins beaner beaners tard tards libtard libtards shemale kaffir
"""

ABUSE = {
    "slur": "|".join(SLURS.split()),
    "dismissal": """
        fuck|fuk|screw|damn|sod|curse you|u|off|ya|yourself|yourselves|yall|them|him|her|@
        go fuck|screw|hell|die|kill to|yourself|yourselves
        go to hell
        piss|fuck|bugger off
        get stuffed|fucked|bent
        shut up|the
        stfu|gfy|kys|foad
        up yours
        kiss|lick|suck|eat my|this|a|deez|shit|dick|a bag
        eat shit
        drop dead
        rot in
        bite me
        jog on
        do one
        sod|naff|bog off
        get lost|bent|stuffed|fucked
        get a life
        get in the sea|bin
        shut your|ur|it
        up|in your|ur arse|ass|hole|backside
        stick|shove|ram|stuff it|that|your|his|her|them _? _? up|where
        go|fuck back to where|your
        learn to read|english|speak|spell|count
        speak english
        get a real
        shame on you _ people
        you make me sick
        hate you|u people|all|lot
    """,
    "threat": """
        ill|gonna|will|going|im|lets|wanna|want|should|could|might to|i|have|personally? kill|punch|smack|slap|stab|shoot|beat|hurt|strangle|hunt|batter|rape|throttle you|u|him|her|them|your|his|their
        ill|gonna|will|going|want to|i? break|smash|burn|bomb|knock|slap|punch your|his|her|their|ur face|head|teeth|windows|window|legs|neck|house|shop|office|place|kneecaps|jaw
        hope|wish you|u|he|she|they|your|yall|his|her|their all|both|whole|family? die|dies|dead|rot|rots|choke|chokes|suffer|suffers|burn|burns
        hope you|u|he|she|they get|gets cancer|covid|run|hit|sacked|hurt
        kill yourself|urself|yourselves
        someone|somebody should|needs|will|ought to? kill|shoot|punch|hurt|slap|stab you|u|him|her|them|your
        watch your back
        i know where you|he|she
        coming for|after you|u|yous
        deserve|deserves|ought|should to? be? die|slapped|punched|shot|hanged|hung|flogged|horsewhipped
        needs|wants|deserves|need|wanting a slap|slapping|kicking|shooting|smack|punch|beating|hiding
        find out where you|he|she
        put|throw|ram|shove his|her|your|their|him|you _? through|up|where
        see you outside
        smash your|his|her|their|ur face|head|teeth|windows
        wring your|his|her|their neck|necks
        burn|blow your|the|their office|offices|shop|building|place|house down|up
    """,
    "harassment": """
        send|show|see|want me|us|your|ur|some? nudes|tits|boobs|body|ass|pussy
        sexy|hot|fit voice|girl|agent|legs|body
        suck|ride|lick my|your|this
        sit on my
        marry me|you
    """,
    "brain": """
        thick|dense|dumb|stupid as a|two|mince|shit|pig|they|bricks|fuck
        brain|brains|cell|braincell|braincells|iq|braincells dead|cells|between|of
        waste of space|oxygen|skin|air|a|sperm
        couldnt|cant find|run|organise|organize|spell|count|tie|pour your|their|a|his|her
        too|so stupid|thick|dumb|dense|dim to|that
        one|two|single|half brain|braincell
        train them|you to
        not the sharpest|brightest
        do us a favour
        village idiot
        are|r you|u all|just|really? stupid|thick|deaf|blind|retarded|dumb|dense|braindead|brain|high|drunk|mental|special|illiterate
        oxygen thief|thieves
        piece|pieces|sack|bag|load of shit|crap|scum|filth|work
        shit for brains
        iq of|is|in|lower|below
        not|aint have|has|got? a|half|any|two? brain|braincell|brains|brain
        what is|are|s wrong|the|matter? with you people
        trained|bunch|troop|room monkeys|monkey|chimps|apes|clowns|amateurs|idiots|morons|cretins|muppets
        couldnt|cant organise|organize|run|find _ _? _? _? brewery|arse|bath|socks|shower|trousers|elbow
        shouldnt be|ever near|let|allowed|trusted|working|in near|with|around|a?
        sack him|her|them|whoever|that|the|your|all
        fire him|her|them|whoever
        old bat|cow|hag|git|crone|witch
    """,
}
