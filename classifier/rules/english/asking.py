"""What people ask for: cues of questions, wishes, buying interest and leaving."""

WE = "i|we|you|u|it|the|my|there|this|that|your|ur|someone|anyone|anybody|somebody|one|they|he|she|any|these|those|our|a|an"

ASKING = {
    "how_to": f"""
        how do|can|could|would|should|might|does|will|shall|else|exactly {WE}
        how to|long|many|much|often|far|old|big|fast|soon|early
        whats|what is|s? the|your best|way|number|process|procedure|address|email|policy|difference|name|code|limit|minimum|notice|easiest|steps|workaround|hours|deadline|right|correct
        what|which do|should|ought|must|else|can i|we|to
        what does _ mean
        what does|do _ _ mean
        what happens if|when|to
        what about|if
        where|whereabouts do|can|are|would|should|will|does i|we|you|it|the|my|your|that
        where is|s the|your|it|that|this
        who do|can|should|would|to i|we|contact|speak|talk|call|ask|email
        which is|one|of|phone|plan|channel|firmware|version
        any|a|best|better|another way|option|possibility to|of|for
        is there a|an|any|some|still
        are there any|some|plans
        is it|this possible|safe|ok|okay|normal|true|compatible|included|correct
        steps|instructions|guide|tutorial to|for|on
        how|what|when|which|who _ _ _? ?
    """,
    "may_we": f"""
        ^ can|could|may|should|shall|will|would|do|does|did|is|are|am|was|has|have|must|might {WE}
        and|but|so|or|then|please|pls|hi|hello|hey|also|if can|could|do|does|is|are|will|would|should {WE}
        can|could|may|do|does|should|will|have|has {WE} _ _? _? _? ?
        am i|we able|allowed|right|eligible|entitled|missing|supposed
        do|does|must|should i|we|she|he|they|it need|have|get|still|lose|pay|keep|start|change
    """,
    "anyone": """
        does|do|has|is|did|can|are|have|would anyone|anybody|someone|somebody|everyone|everybody|folks|people
        anyone|anybody else|know|knows|have|had|got|noticed|seen|able|tried|using|here|there|actually
        any idea|ideas|chance|tips|suggestions|advice|thoughts|clue|solution|fix|workaround
        just|only me|us|my|mine|our
        is it|this just|only|me|normal|known|a
    """,
    "any_news": """
        any update|updates|news|eta|word|progress|luck|info
        when is|will|are|can|do the|it|you|we|i|they|this|my
        eta
    """,
    "wondering": """
        wondering|wonder|curious|unsure|confused|question|questions|query|enquiry|inquiry
        not sure|certain|clear how|what|if|whether|which|who|where
        let me|us know
        want|like|love|just|need to know|understand|ask|find|check|confirm|learn
        stupid|silly|daft|quick|dumb|simple|genuine|serious|random q|question
        i|we forgot|forgotten|accidentally|mistakenly
        lost my|the|2|two
        by mistake|accident
        my own? fault|mistake
        before i|we start|drill|call|go|do
        if that|it? matters|helps
        for future reference
        advise|clarify|clarification
    """,
    "needs_help": """
        need|needs|want|some|any|ur|your|please|for|get|getting|of help|assistance|support|assist
        help me|us|please|pls|plz|with|needed|out
        help !|?|.
        please|pls|plz|kindly|can|could|you advise|assist|help|respond|reply|check|look|clarify
        can|could|will|would you|u|someone|somebody|anyone please|pls|plz|just|help|tell|check|confirm|look|explain|advise|give|send|contact|assist|stop
        tell me|us
    """,
    "please": """
        please|pls|plz|kindly
    """,
    "contact_wanted": """
        contact|speak|talk|reach|chat to|with|you|someone|somebody|a|me|human|person
        customer service|services|care|support number|email|line|phone
        dm|pm|message me|you
        call|ring|phone|contact|email|message|text|answer|reply|respond me|us|back|to
        real|live|actual|another human|person
        please|pls reply|respond|answer|call|contact|dm
        email address|contact
    """,
    "wish_strong": """
        would|itd|might|could|may be? be|make|really|also|so|very|much|been really|absolutely|pretty|such|more|quite|so|very|a? great|nice|lovely|good|cool|helpful|handy|grand|better|useful|amazing|brilliant|awesome|perfect|easier|ideal|fantastic|sweet|luxury|appreciated|welcome|if
        please|pls|plz|kindly add|bring|include|consider|allow|support|provide|introduce|enable|implement|create|improve|give|let|make|put|offer|change
        feature|features request|requests|suggestion|idea|wish
        suggestion|suggestions|suggest|suggesting|propose|proposal|wishlist
        small|one|an|my|quick|good|bright|crazy|another|simple|little idea|suggestion|wish|request|ask
        dark|landscape|night|offline mode
        why not add|have|let|make|allow|offer|put|use|just
        i|we|just|if|only|really wish
        if only
        id|wed|would really|also? love|like to see|a|an|it|if|is
        what id love
        love to see|have
        nearly|almost|would|could be? perfect|5|five
        wish|hope|hoping you|they|there would|could|had|add|was
        should|must|ought to|needs? be an|able|possible|optional|easier|allowed|more|a
        an? option|setting|toggle|button|field|ability|filter|checkbox|switch|mode to|for|that|would
        need|needs|want|wants|add|give|with more|better|bigger|larger|an|a options|support|control|option|button|setting|print|text|font|way
        ^ please|pls|let let|me|us|my name|choose|set|put|pick|see|add|use|turn|change|have|sort|hide|filter|edit|export|tell
        any chance|plans|possibility of|to|you _? add|adding|bring|having|getting|a|an|could|support|making
        bring|brings|bringing back the|our|my|your
        can|could we have|get|see a|an|the|more|some|this
        could|can there be a|an|more
        it|this|that|app|page|you needs|lacks|deserves a|an|the|more
        what if you|we|they|there|it
        have you|u thought|considered of|about
        could use|do a|an|some|with
        only thing missing|i
        if you added|add|could|would add|let|make
        five|<n>|5|another|full|last star|stars if|when|once
        would|will|ill|id|could give|be|make it?|you? 5|five|<n>
        let|give people|customers|users|us|everyone|members a|an|the|choose|set|pick|have|more
        ability|possibility to
        make it possible|easier|bigger|smaller|optional|clearer|so
        you|they|it should really|definitely|also|at least
        how about a|an|adding|letting|making
        a _? way to
        would|id pay|happily for|extra
        one thing would|that
    """,
    "wish_weak": """
        could|can|should|would|might|why dont|doesnt? you|they|it|we|the|engineers|there _? also|just|at|add|bring|make|include|introduce|allow|offer|let|have|improve|implement|consider|show|build|support|provide|create|enable|keep|put|text|send|be
        they|you|it|this|that|there|app should|could|need|needs|ought to? be|have|add|show|let|allow|include|offer|make|support|really
        idea|ideas|feedback|improvement|improvements|wish|wishes|missing|lacks|lacking
        please|pls !|.
        instead of
        if it|i|you|we|they could|can|had
        more|better|bigger options|features|support
    """,
    "calm": """
        no rush|hurry|worries|biggie|complaint|complaints
        not|isnt|nothing a? complaining|complaint|cross|urgent|angry|important|moaning
        just curious|nosy|planning|wondering|checking
        out of curiosity
    """,
    "leaving": """
        switching|switched|jumping|defecting to _ .|!|and|for|next|this|today|tomorrow
        i|we want|need|wish|like|going|have|would|am|are like|going? to cancel|terminate|leave|quit|unsubscribe
        how do|can|to i|we? cancel|unsubscribe|terminate
        stop|stopped|quit|quitting using|paying|buying
        cancelling|canceling|unsubscribing|unsubscribed|uninstalling|uninstalled|ditching|ditched
        im|i|we|ive|and|weve|just|am|have|today|now|finally|ill|will|were|gonna|be cancelled|canceled|cancel|quit|quitting|leaving|switched|switching|unsubscribed
        cancelled|canceled|cancelling|cancel my|our|the|tonight|today|this|after|netflix|subscription|contract|everything|it
        im|i|we|were|be|am|are|will|by|so|and|me|us off|out|gone|done|leaving|switching|finished
        thats me|us|it|why done|out|gone|off|finished|leaving
        leave|leaving|left|quit|ditch|dump|dumped|dumping|dropping you|u|yous|them|anyway|this|free
        switch|switching|switched|moving|move|moved|going|jump|jumping|port|porting|ported|transferring|taking my|our|number|back|over|to|away|from|accounts|everything|custom|business? elsewhere|competitor|competitors
        moved|moving|switching|switched my|our|from _? from|away|elsewhere
        switching|moving|going|move|switch|changing|defecting|leaving|jumping to|over|straight to? another|a|someone|somewhere|different|_ provider|provider|soon|else|instead|after|now|this
        never|not|wont|no|cant|refuse|wouldnt ever|to|going|be|again|longer|will|i? use|using|buy|buying|shop|shopping|fly|flying|order|ordering|renew|renewing|book|booking|stay|staying|spend|bank|banking|purchase|returning you|u|with|from|again|here|it|this|there|them|anything|another|your|my
        last time|order|purchase|flight|penny|straw|time i|we|ill|ever|with|for|!|.
        lost|losing|lose a|my|another|our|me|as|loyal|long? customer|customers|business|custom|subscriber
        close|closing|closed|delete|deleting|deleted|deactivating|deactivated my|our account|accounts|subscription
        goodbye|adios
        ^ bye
        bye .|!
        good riddance
        contract|membership|subscription is|s|was|has? up|over|ends|end|ended|finished|runs
        end|ending|terminate|terminating|out my|our|of|this my? contract|membership|subscription
        gave|give|given|handed|handing|giving my|in|our|own|them? notice
        handed|handing in my
        not|wont|dont be|going|to? renew|renewing|staying
        had enough
        had my last
        find|finding|found|looking|look|shopping for|at|a|an? another|alternative|alternatives|elsewhere|new provider|company|bank|supplier|carrier|broker|place|bank
        stopped|stop|had|have using|paying|to stop
        done|finished|through with you|yall|them|this|u|your|these|@
        not paying for|any
        my last
        take|taking my business|custom|money
        less effort to leave
        dropping this|my|you|it
        jumping ship
        off|gone|going|went|going|signed|moved|moving|switched|switching to|with|over|back another|a|the|my|@|competitor|someone
        voting with my feet
        wave|waving|say|saying|said goodbye
        porting out
        cant|cannot wait to leave|be rid|get away|switch|cancel
        when|once|soon|as my|our|this contract|term|subscription|plan|month is|ends|runs|expires|finishes|s
        rid of you|this|them|it|your
        parting ways
        final|last|that straw
        never|not again
        deleted|deleting|removed|removing|uninstalled the|this|your app
        time to move|switch|leave|go|cancel|change|look
        after <n>|two|three|four|five|six|seven|eight|ten|eleven|twelve|many years|yrs im|we|i|and|of
        loyal customer|customers for|of|and|since
        im out
        i am leaving
        we are leaving
        walk|walking|walked away
        sending|send|sent|posted|returning|returned it|the|everything|my back
        so long
        see ya
        wont be|get|see back|renewing|another|a|my|again
        been with you|u for|since
        go somewhere|elsewhere
        found better|cheaper|someone|another
    """,
    "may_leave": """
        moving|going|off to _ .|!
        cancel|cancellation|terminate|termination|unsubscribe|unsubscribed
        think|thinking|considering|consider|tempted|ready|decided|might|about|want|wants|going|have to|about|of|we|be? leave|leaving|cancel|cancelling|switch|switching|quit|quitting|change
        notice period
        early? exit|termination|cancellation fee|charge|penalty
        without penalty
        pac code
        reason not|to to? leave|stay
        better off|deal|service|offers elsewhere|with
        close|delete my|our account
        switch|switching|switched|move|moved provider|providers|supplier|to
        elsewhere
        leave|leaving
    """,
    "buying": """
        thinking|considering|interested|tempted|keen|hoping|planning|looking|fancy|want|wanting of|about|at|in|to|on? getting|buying|switching|joining|moving|jumping|upgrading|purchasing|ordering|trying|buy|switch|join|purchase|upgrade
        what|how does|would|will|do it|that|this|they|_ cost
        price|prices|pricing|quote|quotation of|for|range|list|?
        in|out|back of? stock
        available|release|released|launching|launch in|date|yet|soon|here
        do|does|can|will you|u|yall|they sell|ship|deliver|stock|offer|rent|do
        do you have|do any|a|an|the|student
        any|a|there|student|good|best|special|bundle|mover deal|deals|discount|discounts|offer|offers|price ?|going|on|for|anywhere|please|or
        pre order|ordered|orders
        preorder|preordered
        compare|comparing|comparison
        before|when|if|once i|we buy|order|sign|commit|switch|join|purchase|ordering|buying|signing|enter
        asking before
        worth buying|getting|upgrading|switching
        worth it ?
        new customer|customers
        i|we|wanna|gonna|ill|id|want|going|like|love|ready|looking to|will|would|might? buy|order|purchase|upgrade|subscribe|preorder|get on|now|one|some|a|an|the|from
        can|could|should|may|might i|we|you just? buy|order|purchase|upgrade|preorder|get|have a|an|the|one|it|some|this
        which plan|package|model|one should|is|do|would|to
        plan|plans|package|packages|deal|bundle for|with|that|available
        smallest|cheapest|cheaper|best option|plan|deal|package|thing|one
        book|booking|reserve a|an|table|room
        minimum|rolling|<n> month|day|term rolling? contract|term|spend
        is|are it|this|that|they|@ any good|worth|reliable
        is any good
        free trial
        talk me into
        signing for|up
        coming off|from a
        sign up
        or _ ? talk|which|any
        do|does|can you|u|they|it serve|cover|reach|deliver|do|support my|our|the|this|to area|street|village|postcode|address|road|region|country|house
        available|coverage in|at|for|to my|our area|street|village|postcode|address|road|region|country|town
        can|could|will i|we get|have fibre|broadband|service|wifi|5g|it|this|one|that _? at|in|here
        considering|contemplating|debating a|the|your|moving|switching|joining|changing|getting
        if|when|before i|we switch|move|join|upgrade|come|sign|change to|over|up
        whats|what|is included|includes
        come|comes|included with|in
        set|setup|installation|install|activation|delivery up? fee|cost|charge|time|price
        how long is|to the? install|installation|setup|contract|delivery
        which|whats is? better|best|cheaper
        in the market for
        looking for|at a|an|some|new|cheap|good|the|your
        quote for|please|?
        business|student|family|senior|military|annual|sim|monthly plan|plans|discount|package|deal|price|only
        no contract ?
        good for gaming|streaming|families|work
        your? options for
        where|how|when can|do|could i|we buy|order|get|purchase|subscribe|preorder
        can|could i|we order|buy|book|preorder|get _? online|today|now|one|two|it|a
        price match
        beat|match the|their|this|my|that price|offer|deal|quote
        second|another|extra|additional line|sim|one|handset|licence|license
        per month ?
        switching|moving|changing|coming to you|your
        thinking about it
        is it worth
        how does it compare
        any plans|offers for|on
        do you do
        does|will the|it|this|your _? _? work|support|do|come|include|have|fit with|on|in|at|both|a|an|the
    """,
    "price_asked": """
        how much
        whats|what is|are the|your? price|cost|prices|pricing|rate|rates|fee
        cost|costs a|per month|week|year|person|night
        would|will|does|do it|that|this|_ cost
    """,
    "product": """
        plan|plans|package|packages|bundle|bundles|tariff|tariffs|tier|tiers|subscription|membership|deal|offer|offers|upgrade|version|model|warranty
        new contract|phone|sim|plan|handset|laptop|customer
        contract length|term|terms
        student|business|family|senior plan|discount|account|rate
        in stock
        edition|bundle|size|sizes|colour|colours|colors
        fibre|broadband|internet|sim <n>|only|plan|package|deal|speeds
    """,
}
