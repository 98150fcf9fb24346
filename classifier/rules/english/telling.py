"""What people tell without wanting anything: cues of praise and of talk among customers."""

TELLING = {
    "thanks": """
        thanks|thank|thankyou|thx|thnx|tnx|tysm|ty|cheers|kudos|grateful|gratitude|thankful|bravo
        ta .|!|so|very|muchly|for
        ^ ta
        bless you|them|him|her|your
        shout|shoutout|hats|hat out|off|to to|the|@
        well done|played
        credit where|to
        good|great|nice|excellent|top|brilliant|amazing|quick work|job|stuff|going|effort|service|support|help
        appreciate|appreciated|appreciates
        pass|please it|on on|my|thanks
        give|get|deserves|deserve|buy that|this|him|her|them|the|those|a|man|these man|woman|guy|lady|team|lad|raise|medal|bonus|pint|promotion|drink|rise
        made my day|week|year
        fair play
        spot on
        top notch|marks|man|class
        full marks
        first|world class
        is a treasure|star|legend|gem|hero|credit
        appreciation post
        good on you|them|u|@
        nice|good|great|well|top|proper one|work|job|touch|people|lot|bunch|lads|folk
        thumbs up
        10 out
        two thumbs
        bravi|danke|merci|gracias
        praise for|to|where
        hero of
    """,
    "thanks_ahead": """
        thanks|thank|thx|cheers you? in advance
        thanks|thx|ty|tia .|!
        tia
        help|advice|answer|response|reply|assistance is|would|will|be|much? appreciated
        thanks in advance
        thank you .|!
    """,
    "lovely": """
        amazing|amazingly|awesome|fantastic|brilliant|superb|wonderful|wonderfully|beautiful|loved|loving|impressed|impressive|fab|fabulous|outstanding|delighted|incredible|magic|smooth|smoothly|seamless|helpful|friendly|superfast|flawlessly|phenomenal|exceptional|heroic|charming|thrilled|refreshing|effortless|painless|civilised|marvellous
        excellent|perfect|perfectly|great|lovely|love|best|happy|pleased|kind|polite|patient|professional|efficient|solid|reliable|neat|glad|enjoyed|decent|pleasant|easy
        legend|legends|hero|heroes|gem|treasure|saviour|lifesaver|champion|genius|goat|superstar|superstars
        recommend|recommended|recommending
        saved my|me|us|the
        life saver
        cant fault|beat|complain
        five|5|<n> stars|star
        <n> <n> .|would|!
        went above
        above and beyond
        nothing|anything but good|praise
        wow|yay|woohoo|hooray|hurray|woo|yum
        so|very|really|pretty|super|quite|extremely|incredibly good|nice|happy|easy|kind|helpful|impressed|pleased|fast|quick|smooth|grateful|proud|well
        without being asked
        exactly as promised
        as promised
        🎉
        💛
        😍
        🥰
        ❤
        👍
        🙌
        👏
    """,
    "no_trouble": """
        no|never|without|not|zero a|any|one|single|had|had a? problem|problems|issues|trouble|drama|drops|drop|fuss|hassle|regrets|faults|outages|complaints|buffering
        nobody tried
    """,
    "solved": """
        works|worked|working|its|is|all|are|runs now|again|great|perfectly|fine|beautifully|smoothly
        that|it|this|they|which|finally|order worked|did|helped|works it|the|for|me|!|.|,|thanks|trick|thank
        that was it
        that did it
        all sorted|working|fixed
        now sorted|fixed|works|working
        back online|working|again|to normal
        is|are|came|all|both|were|was|been|s back on|in|up|this|online|now|at|after|.|!|and
        problem|issue|mystery|question solved|fixed|sorted|gone|resolved
        found it
        zero|no|not more|one|a? drops|drop
        got|had|received my|the money|refund|reply|answer back|already|today|quickly
        makes sense
        light|lights is|are|s|went|turned|gone? green
        can|could now|finally|again read|see|use|log|get
        mended|unblocked|restored
        theyre|they|its|it are|is|s there
        fixed it|in|within|before|everything|my
    """,
    "staff": """
        engineer|engineers|technician|technicians|installer|installers
        your|ur|the|our|a|my|nice|young|one|lovely|whoever agent|agents|advisor|adviser|rep|reps|representative|team|staff|driver|chap|guy|guys|fella|colleague|crew|colleagues|employee|employees|lad|lady|fitter
        customer service|care|services|support
    """,
    "praise_you": """
        thanks|thank|cheers|kudos|bravo to? you|u|@|all|everyone|team|so|again|for|guys|whoever
        you|u|yall guys? are|r|have|saved|were|rock the|been|a|so|me? best|great|amazing|awesome|star|legend|legends|good|wonderful|brilliant|kind|helpful|lovely
        love you|u|your|this|@
    """,
    "laughing": """
        lol|lmao|lmfao|rofl|haha|hahaha|hahahaha|hehe|hah|lolz|xd
        😂
        🤣
        😆
    """,
    "advice": """
        ^ try|check|restart|delete|reinstall|turn|toggle|press|hold|pin|clear|unplug|reboot|reset|use|look|disable|enable|switch|remove|keep|ask|call|ring|wait|pick|save|change|test|install|update|log|plug|download
        you|youll|youd can|could|should|need|might|must|want|have to|also|try|be|use|always|just|do|find|go|get|check
        if you|youre|yours|that|youve|they havent|have|want|cant|dont|do|re|still|can|need|see
        have you|u tried|checked|got
        make sure
        same here|for|with|issue|problem|thing
        in my|our case|experience
        fyi|imo|imho|iirc
        itll|itd|its be|usually|probably|likely|normal
        dont|never forget|worry|press|cancel|bother|resend
        theres|there is a|an setting|option|link|button|way|page|menu
        works|worked|fixes|helps for|on me|mine|it|android|iphone
        settings|menu|advanced
        for anyone|anybody|others|those else? with|having|searching|looking|who|reading|still
        hope|hopes that|this|it helps
        pro tip
        tip|tips|fwiw|workaround
        worth|try checking|trying|asking|calling|a|doing
        you|youll need|want to|the|a
        id|i would|d suggest|recommend|try|ask|check|call
        just|simply|then ask|tell|go|use|call|ring|turn|restart|unplug
        had that|this|mine|the|one|same _? last|too|once|and
        its|it the|a|just|because|probably|usually|called|under|in|on settings|setting|normal|wifi|power|router|dns|cable|cache|network|menu
        ask them|for|the|@
        depends on|what|where|how
        not true|necessarily|really
    """,
    "peer": """
        me too
        same here|boat|problem|issue|happened|since|on|in|for
        same .|!
        mine|ours too|was|is|had|went|did|has|says
        ^ yep|yes|yeah|nope|no|tried|oh|well|ah|ok|omg
        agreed|agree
        not|its just|only you|me
    """,
    "news": """
        announces|announced|announcing|launches|reports|confirms|reveals|unveils|introduces|according|annual|quarter|sponsoring|sponsors|sponsor|sponsored|ceo|acquires|acquisition|merger|revenue|investors|hiring|vacancy|newspaper|podcast|webinar|headline|survey|roundup|lines
        join us
        read more
        via @
        our customers|communities|team|employees|role|commitment
        we believe
        head to
        breaking|live :|@
        results|report out
        local news|paper
        plans|planning approved|permission
        opens|opening|opened|launching a|its|new|second|shop|store|office
        partnership|partners|partnered with
        tv|the|new|latest|radio ad|advert|advertisement|commercial|campaign
        council|mayor|mp|minister|government
        shares|stock|profit|profits up|down|rose|fell|price
        up|down <n>
        raises|raised funding
        wins|won|awarded award|awards
    """,
    "just_talk": """
        puppy|dog|dogs|cat|cats|whippet|greyhound|vet|kitten|pet
        thats|that it|s? thats the|it post
        my|the husband|wife|kids|cat|dog|mate|boyfriend|girlfriend
        good morning|night
        happy birthday|friday|new
        met|saw|found a|an|my
        joke|jokes|funny|banter|meme
    """,
    "sent": """
        postcode|number|details|screenshot|photo|reference|email|message sent|attached|below|by
        sent|send|have|just|ive|replied|done|dmd you|by|via|it|a|the|in|to|my|details? dm|pm|dms|message|details|inbox
        done .|!|thanks
        check|see your|my dm|dms|inbox|pm
        dm sent
        i am on|using|running
        im on|using|running
        my|the id|username|account|gamertag|name|email is
        ok|okay|yes|yep|no|sure thanks|thank|sent|done|i
    """,
    "good_story": """
        within|in|took|inside|under a|an|ten|five|two|three|four|one|<n>|half? minute|minutes|mins|seconds|secs|hour flat|and|.|!|,|later|done|sorted
        first time !|.|lucky|every
        on time|early|schedule
        came|arrived|turned|delivered up? early|on|next|same day?
        next day|morning delivery|already|and
        same day
        up and running
        live by|since|in|within
        faster|quicker|better|easier|cheaper|smoother|clearer than|now|every
        twice|double as|the fast|quick|good|speed
        stayed|waited|listened|explained|apologised|apologized|helped|talked|walked on|with|late|me|everything|patiently|it|us
        took the|his|her|their|time to|time|care|shoes
        picked up|straight
        rang|called|phoned|got|wrote|came back|me when|as|to|within
        real|actual|proper|human person|human|answer|people|help|voice
        cleaned|tidied|hoovered|swept up|after|behind
        worth every|it|the
        glad|happy|relieved i|we|to|it|that|with
        thats|this how|what you|it|good|customer|service|proper
        how it should|ought
        more of this|that|these
        never let|missed|failed|looked me|a|back
        still going strong
        got it|this right|perfect|spot
        right first
        couldnt|cant|could not be|have|believe|ask|wish|praise happier|been|how|better|more|for|enough|easier
        no fuss|hassle|queue|quibble|waiting|drama|nonsense|problem|bother|jargon|script|pressure
        without a|any fuss|quibble|hitch|problem|hassle
        restored my faith
        keep it|up the
        so far so good
        did|does what it|they says|said|promised
        exactly|just as what|how i|promised|needed|wanted|described|expected
        kept|keep their|his|her|the word|promise|promises
        refunded|credited|replaced|repaired|fixed|sorted|delivered|installed|answered|replied|resolved in|within|the|next|same|straight|quickly|fast|before|immediately
        impressed|surprised|shocked by|with|how|at|me|.
        lifesaver|godsend|blessing
        credit|compliments|respect|props to|for|where|!
        what a service|team|difference|star|relief|gem|legend|company|experience|lovely|pleasure
        made me smile|laugh|cry|happy
        smile|smiled|laughed
        knows|know their|his|her|what stuff|thing|job|theyre
        well deserved|worth|made|explained|organised|designed|run
        nothing to report|complain|fault
        best|better thing|decision|service|support|app|one|update|yet|company|customer|experience|in|ive|money|so
        new|latest|this update|version|design|look|app is|looks|works|feels great|good|nice|lovely|brilliant|better|clean|faster|quick|perfect
        finally someone|an|a|works|,|works
        back to normal|full|its|life
    """,
}
