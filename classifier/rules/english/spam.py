"""Who wants the readers' money: cues of spam, and of warnings about it."""

SPAM = {
    "spam_offer": """
        free gift|money|followers|iphone|entry|download|shipping|cash|bitcoin|card|spins|tickets|access|users|optimizer|giveaway|signup|sample|samples|ringtone|ringtones|msg|texts|robux|vbucks
        <n> free
        giveaway|giveaways|jackpot|lottery|sweepstake|sweepstakes|airdrop
        earn|earning|earned|make|made|making|win|won up|to|over|extra|real|easy|fast|upto? money|<money>|<n>|cash|income|online
        <money> daily|weekly|instantly|cash|prize|guaranteed|only|became|every|per|in six|seven|<n>|a|hour|link|week|day
        earn|make|made|making|got|gain <n>|<money> daily|weekly|in|a|every|monthly|per|by
        work|working|job|jobs from home
        crypto|cryptocurrency|bitcoin|btc|eth|nft|nfts|forex|investor|trader|profits|loan|loans|payday|coins|wallet|tokens
        coin|bitcoin|crypto trading|invest|wallet
        winner|winners|prize|prizes|reward|rewards
        promo|discount|coupon|referral|invite|use|put|using|with code|codes
        guaranteed|limited|exclusive|instant only|offer|time|approval|access|loans|cash|page|results|pages
        only|first|last just? <n>|few left|places|spots|people|customers|users|boxes|seats|members|followers
        seo|backlinks|backlink|webmaster|guest post
        page 1|one in|of|within
        casino|betting|gambling|slots|viagra|porn|nudes|escort|horny|singles|vape|cbd
        recovered|recover|got my|mine|his|her|your|lost|hacked|instagram? back|account thanks|by|with|to
        essay|dissertation|dissertations|assignment|homework|plagiarism|writers|thesis
        bulk|wholesale|replica|cheap followers|rolex|watches|package|deal
        no boss|investment|fee|checks|experience
        testimony|testimonial
        real followers
        <n> followers|likes|views|subscribers|subs
        weekly|daily|monthly income|earnings|pay|profit|returns
        verify|connect|your wallet
        mystery box|boxes
        fast and trusted
        trusted hacker|trader|expert|and
        grow|boost|increase|monetize your|ur
        <n> legit|working|real|guaranteed|genuine|profit
        credit repair|score
        debt relief
        iptv|vpn
        all channels
        sim|phone unlock|unlocking
        brand ambassador
        now hiring
        you|u have|ve|been|are? been? selected|chosen|won
        congratulations|congrats you|u
        claim|get|grab your|ur free|prize|reward|gift|bonus|now|spot
        free? gift card|cards
        watch|stream live|free free|online|hd|now
        lose weight
        spell caster
        marketing|digital|seo agency|expert|services
        web|website|app design|designer|development|developer
        passive income
        side hustle
        financial freedom
        minimum|initial deposit
        returns of|on
        double|triple|multiply your
        sceptical|skeptical|doubted until|at
        pays|paid|paying daily|weekly|instantly|out
        hot|flash|mega deal|deals|sale|offer
        cheap|discount|discounted _? followers|flights|tickets|meds|shoes
        helped me|us recover|earn|get|make|win|trade
        thanks|thank|grateful|shout to? mr|mrs|sir|madam|dr|him|her|this
        <n>k|k followers|likes|views
        dm for promo|collab|business|more
    """,
    "spam_call": """
        click|tap|press|visit|hit here|below|link|this|the|my|our
        link|links|info|details in|is|above|in my|the|bio|profile|comments
        link below|above
        check|checkout out my|this|our|the|channel|new|video|page
        subscribe|sub|subs to|me|for|my|now|pls|and|please|back|here
        follow|follows me|back|us|everyone|for|gain
        drop your handle|username|link|wallet
        dm|pm|inbox|message|text|contact|whatsapp|write|add|reply|comment me|him|her|now|yes|sir|the word
        contact|message|write|text him|her|sir|now|mr|mrs|dr|on whatsapp|telegram
        act|order|apply|call|join|register|shop|download|enroll|buy|hurry now|today|up|only
        today only
        dont miss
        whatsapp|telegram|onlyfans|cashapp|snapchat
        make|making money|cash
        retweet|rt|share to|and|this win|for|follow|enter
        txt|sms|ringtone|ringtones
        financial advice
        not|no a? scam !|.|😉|god
        thank me later
        dear|dears|hi|hello|love friends|dears|webmaster|sir|madam
        loved|love|like your website|page|profile|blog
        who wants to earn|make
        god bless
        my channel|video|videos|page
        your channel|website
        dm|message|text|inbox|whatsapp|contact|call us|me for|to|now|if|and|@
        reply|comment|type|send yes|word|info|hi|me
        limited slots|time|spots
        before its gone|over
        swipe up
    """,
    "spam_pictures": """
        🔥
        👇
        💰
        💸
        🚀
        👑
        🎁
        💵
        🤑
        ⬆
        🚂
        📲
    """,
    "scam_word": """
        scam|scams|scammer|scammers|phishing|phish|smishing|fake|fraudulent|fraudsters|fraudster|hoax|spoof|bogus|impersonating|impersonator
        is this|that|it really|actually|even? from? scam|you|spam|fake|phishing|legit
        dodgy|suspicious|sketchy text|email|message|call|link|site
        confirm your|her|my card|account|details|bank
    """,
    "warning": """
        beware|psa|warning|warn
        not|isnt from you|them|@|us
        do not|dont|never press|click|give|tap|reply|fall
        going|doing the|about|round|around rounds|around|round
        they|we|@ never ask
        nearly|almost|mum|dad|mother fell|typed|clicked for|it
        tell|pass|share|warn|boost your|it|this|and|please|on neighbours|parents|everyone|others|on|and|tell
        text|message|email|call going|saying|claiming
    """,
}
