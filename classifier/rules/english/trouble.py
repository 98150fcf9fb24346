"""What went wrong: cues of complaints."""

COUNT = "<n>|one|two|three|four|five|six|seven|eight|nine|ten|twelve|few|several|couple|many|another|half"
SPAN = "hour|hours|hr|hrs|day|days|week|weeks|month|months|year|years|yrs|min|mins|minutes|minute"
DAY = "yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|morning|lunch|christmas|lunchtime|breakfast"
THING = (
    "app|site|website|page|service|services|server|servers|system|systems|network|internet|broadband|wifi|signal|line|lines|connection|portal|"
    "platform|email|mail|phone|phones|landline|data|router|box|card|machine|power|net|tv|booking|checkout|chat|realms|online"
)
DO = (
    "log|login|sign|access|open|see|use|connect|watch|play|find|download|upload|pay|book|check|hear|send|receive|join|view|cancel|change|reset|reach|speak|make|do|buy|purchase|"
    "order|update|install|activate|edit|redeem|claim|switch|turn|stream|add|remove|call|register|verify|listen|complete|load|host|move|set|read|link|contact|get|even|seem|actually|type|test|withdraw|print|choose"
)

TROUBLE = {
    "fails": """
        not|isnt|arent|doesnt|dont|wont|didnt|aint|never|stopped|stops|quit|hasnt|wasnt been|even|properly? work|working|works|worked|load|loading|loads|opening|start|starting|connect|connecting|play|playing|sync|syncing|respond|responding|updating|install|installing|recognise|recognize|charging|print|printing|accept|accepting|functioning|registering
        wont|doesnt|didnt even? open|show|turn|update|ring|charge|stay|go|stop|take|come|accept|stick
        no longer work|works|working|available|supported|there|exists
        used to work|be
        wont|doesnt|dont|didnt|not|isnt|never even? let|letting|allow|allowing|lets
        refuses|refused|refusing to
        nothing works|worked|happens|happened|helps|helped|loads
        fails|failed|failing|unable to
        only works if|when|on
        works|working when|only
    """,
    "unable": f"""
        cant|cannot|couldnt|unable|impossible to? still|even|seem|actually|just? to? {DO}
        not|isnt|arent|wasnt able|possible|allowed to
        having|have|had|facing|experiencing|getting|been|lots|loads of? some|a|an|major|serious|huge|constant|real|many|same|continued? trouble|problem|problems|issue|issues|difficulty|difficulties
        theres|is|was an|a? problem|issue|fault|error|bug with|on|in|at
        problem|problems|issue|issues|trouble|difficulty with|on|logging|connecting|signing|regarding
    """,
    "fault": """
        broken|broke|busted|faulty|defective|damaged|cracked|glitch|glitches|glitching|glitchy|bug|bugs|buggy|bugged|crash|crashes|crashed|crashing|freezes|freezing|froze|frozen
        stuck|hangs|laggy|lags|lagging|buffers|buffering|error|errors|failed|fails|failing|failure|failures|malfunction|corrupt|corrupted|disconnects|disconnecting|dropouts|reboots|greyed
        expired|loops|looping|overheats|overheating|leaking|blank|wiped|vanished|vanishes|vanishing|disappeared|disappears|disappearing|bricked|garbled|mismatch|declined|rejected|barred|unavailable|unplayable|unusable|unreadable|forgets|forgot
        drops|dropping|dropped|cuts|cutting out|off|every|again|constantly
        timed|times|timing|session out|expired
        kicked|kicks|kicking|logged|logs|logging|signed|signs me|us? out|off
        got|been|am|is|get|getting disconnected|kicked|logged
        wrong|incorrect item|items|order|product|size|address|name|number|part|parts|one|bag|colour|color|place|date|day|time|way|person|thing
        something|somethings|whats is? wrong|up|broken|off
        does nothing
        not|isnt|wasnt a|the|really|much? fix|fixed
        keeps|kept|constantly|always|randomly _ing? crashing|freezing|cutting|buffering|stopping|failing|asking|telling|saying|showing|going|kicking|logging|signing|disconnecting|rebooting|restarting|getting|dropping|coming|changing
        messed|screwed|mucked|cocked up
        dead
        fault|faults
    """,
    "outage": f"""
        {THING} is|are|was|were|has|have|been|being|just|still|all|both|completely|totally|went|goes|keeps? been|going|gone|totally|completely? down|off|offline|out|dead|dark|gone
        is|are your|the|my|our {THING} down|off|offline|out|dead|gone
        {THING} outage|outages
        no|lost|losing|without|zero internet|signal|service|connection|wifi|broadband|power|network|coverage|reception|data|4g|5g
        outage|outages|blackout
        down again|in|for|since|across|everywhere|today|all|right|at|here
        just|been|gone|went|go|goes|its|still|all down|offline|dark|dead
        still off|down|out|offline|dead|red
        red light
        light|lights is|are|was|went|gone|turned|still? red|off
        loss of service
        anyone|anybody|everyone|everybody elses? having|down|lost|without
        servers? _ down
        whole street|area|town|city|building|village|estate
    """,
    "waiting": f"""
        still|been|kept|left|stood|sitting waiting|queueing|queuing|holding
        waiting for|on|since over|more|nearly|almost|about|at|the|than? last|past? {COUNT} {SPAN}
        waiting for|on a|an|my|your|the|someone|somebody response|reply|answer|refund|order|parcel|package|delivery|call|callback|engineer|to
        on hold
        hold|phone|telephone|chat queue|music
        number _ in the|a|your queue
        {COUNT} {SPAN} late|later|now|without|trying|waiting|wait|delay
        day {COUNT} of|and|without
        over|after|nearly|almost|about|past {COUNT} {SPAN}
        for|past|last|took|over|than the|past|last? {COUNT} more|whole|full|long|straight? {SPAN}
        since last? {DAY}
        all day|morning|night|week|weekend|evening|afternoon
        so|this|too|waited|wait|taking|takes|took long|forever|ages
        how|any much longer
        when will|are|is|do you|u|i|we|it|my|this|the|our finally? get|be|fix|come|arrive|going|receive|have
        more than a week|month|year|day
        overdue
    """,
    "never_came": """
        hasnt|havent|never|not|didnt|hadnt|wasnt yet|been|even|still|ever? arrived|arrive|come|came|turned|received|receive|gotten|heard|shown|showed|delivered|replied|responded|answered|appeared|refunded|credited|fixed|resolved|updated|shipped|dispatched|activated|processed|told|given
        didnt|havent|dont|not|never|hasnt get|got|gotten|getting|received|receiving|receive my|the|a|any|it|an|our|email|anything|through
        no|zero|without|lack|not of|a|any|an? reply|response|answer|answers|show|shows|update|updates|callback|sign|explanation|communication|apology|tracking|notice|warning
        nobody|noone|none answers|answered|came|comes|rang|rings|called|calls|replied|replies|turned|showed|knows|cares|told|is|has|ever|can|will|at
        no one answers|answered|came|comes|rang|called|replied|turned|showed|knows|cares|is|has|can|will|at|on|ever
        late|delay|delays|delayed
        lost|missing my|our|the? bag|bags|baggage|luggage|parcel|package|order|item|delivery|post
        missed appointment|slot|delivery|appointments|slots|engineer
        no|third|second|another no? show|shows
        ignore|ignored|ignores|ignoring
        where is|are|s my|our|are
        wheres my|our|the
        not as described|advertised|promised|expected|ordered
        still|yet not|no|havent|hasnt|nothing|didnt|cant|dont|doesnt|isnt|wont|waiting
        said|says|marked|shows? delivered|dispatched|shipped but|and|signed|by
    """,
    "again": f"""
        yet|once|happened|down|off|all again
        again|still today|tonight|this
        ^ again
        third|second|fourth|fifth|2nd|3rd|4th|5th|nth time|attempt|month|week|one|letter|visit
        twice|thrice
        {COUNT} times
        every|each single|other|bloody|damn? time|day|night|week|minutes|minute|seconds
        repeatedly|constantly|continually
        over and over
        asked|told|called|rang|rung|phoned|emailed|written|reported|complained|chased|contacted you|them|your|on|it|this|about? twice|three|four|<n>|many|several|again|multiple|numerous
        multiple|numerous|countless|several|many times|calls|emails|attempts|messages|occasions
    """,
    "tried": """
        ive|i|have|we|already tried|restarted|reset|reinstalled|rebooted|uninstalled|unplugged|cleared|replaced|checked|forwarded
        tried everything|restarting|rebooting|reinstalling|again|turning|uninstalling|resetting|it|twice|calling|several|many|different|all|multiple
        rebooted|restarted|reinstalled|unplugged|uninstalled it|the|and|twice|my|everything|again|three|four|<n>
        new|fresh batteries|cable
        same|no result|thing|error|luck|joy
    """,
    "overcharged": """
        charged|billed|debited|invoiced|paid|pay|paying|taken twice|again|double|wrong|wrongly|incorrectly|extra|more|full
        charged|charging|billed|billing|charge|charges|debited|invoiced me|us|my|her|him|our|<money>|for|a|<n>|customers
        two|double|duplicate|second|extra|unauthorised|unauthorized|unknown|strange|random|wrong|mystery|three|multiple|hidden|unexpected direct? debit|debits|charge|charges|payment|payments|bill|bills|transaction|transactions|fee|fees
        double|over|wrongly|incorrectly charged|billed|charging|charge|billing
        overcharged|overcharging|overdrawn|overcharge
        took|take|taken|taking|stole|stolen|stealing my|our|the|me|out|all? money|<money>
        <money> taken|charged|debited|gone|missing|twice
        debit|money|payment of? <money>? taken|went|gone|left|disappeared|missing|twice
        money|payment|payments|cash has|have|is|was|are|been|already|s? gone|left|taken|disappeared|missing|twice
        money is|s|has|already? out
        still|keep|keeps|being|been|got charging|billing|charged|billed|debited
        <money> twice
        <money> and|x|x2 <money>
        <n> and <n>
        never|didnt|not i? order|ordered|authorised|authorized|agreed|agree|bought|subscribed
        wrong amount|bill|price|charge
        same amount|day
        thats|that|it not|isnt my plan
        <money> x2|x <n>
        chargeback
        charge on my|the bill|card|account|statement
        lost <n>|<money>|my money
        paid|pay|charged|billed|bill|payment for|was something|nothing|a|the|<money>|service|two|both i? never|dont|didnt|instead|not
        refunded|refund less|short|only|wrong|wasnt
        different|higher|bigger than what|the|my|agreed|quoted|expected|usual
        says i owe
        owe|owes|owed me
        not what i signed|agreed|ordered|was
        still|have been|being|kept paying|charging|billing for
    """,
    "refund": """
        refund|refunds|refunded|refunding|reimburse|reimbursed|reimbursement|compensation|compensate|compensated
        money|<money>|cash|pounds|deposit back
        proper|account|service|bill credit
        want|get|got my|our|the? money|<money> back
    """,
    "price_up": """
        price|prices|bill|bills|rent|cost|costs|rates|fee|fees|fare|fares|tariff has|have|is|are|just|went|gone|going|keeps|plan|letter|email|all? rise|rises|rising|increase|increases|increased|hike|hikes|up|rocketed|doubled|tripled|jumped
        raise|raised|raising|putting|hiked|increased|upped|doubled|increase your|the|my|our|their? price|prices|rates|bill|fees
        too|so|very|bit|way|more|ridiculously expensive|pricey|dear
        <money>|quid|pounds|dollars|euros more|extra|increase|rise
        went|gone|going|goes|jumped|up from <money>|<n> to
        became|to|is|was <money>|<n> that|in|became a
        mid contract
        convenience|admin|service|late|booking charge|fee
    """,
    "broken_promise": """
        was|were|been|being|got told|promised|advised|informed|assured|quoted|offered|sold
        you|they|he|she|who|agent|rep|guy|website|site said|told|promised|claim|claimed|advertise|advertised|assured
        promised|promises|supposedly|allegedly
        supposed|meant|due to
        thought|said this|it|that|was|they|he|she|you was|were|would|had|is|will
        only to be|find|get|have
        but then|now|it|its|still|when|nothing|no|not|the|i
        page|site|app|website|advert|email|letter|status|they|it|support|system says|said|states|claims|told|tells|showing|shows
        keeps|kept telling|saying
        instead of
        yet|but still|no|nothing|not|it|they
        turns out
        meanwhile
        somehow
        asked|ordered|paid|booked for? _ _? _? got|and|but|received
        wanted|expected|hoped|waited
        all i want|wanted|get|got|asked
        have|ive yet to
        no longer
        more|longer|worse|slower than
        the wrong
        not|never what|once|one i|we|it|the
        says no|its|it|ive|im|i|not|invalid|unknown
        without asking|telling|warning|permission|consent|notice|my|being|saying
        nobody|noone|anyone|someone|anybody asked|warned|mentioned|explained|thought
        i|we|you didnt|never|dont ask|asked|want|wanted|need|agree
        why|how should|must i|we|my
        is this how|what|the
        a whole
        the same|very problem|issue|thing|answer|question|script
        again
        ever since
        since the|your|last|an|this? update|upgrade|swap|change|switch|move
        after the|your|an|last|latest|this update|upgrade|swap|move|change
        all i
    """,
    "loss": """
        lost|lose|losing|cost|costing me|us|money|<money>|sale|sales|files|everything|hours|half|data|work|income|revenue
        waste|wasted|wasting my|our|a|an|<n>|two|three|the|hours time|day|hour|hours|money|morning|afternoon|whole
        took|used|taken|using|take a|the|<n> days|day|morning|afternoon|holiday|off
        ruined|ruining|spoiled|spoilt
        had|have|having to reboot|restart|phone|ring|call|wait|buy|drive|explain|borrow|chase|reset|beg
        thats|was my|the food|rent|gas|shopping
    """,
}
