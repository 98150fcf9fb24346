"""The grammar of queries, for lark (LALR).

A space binds tighter than OR, as on X, and near/ tighter than both; a sign or NOT stands before all that near/ joins.
"""

GRAMMAR = r"""
    any: all (OR all)*
    all: _one (_AND? _one)*
    _one: negated | _near
    negated: (MINUS | NOT) _one
    _near: _term | near
    near: _term NEAR _term
    _term: leaf | filter | group
    group: OPEN any CLOSE
    leaf: SCOPE* (WORD | PHRASE)
    filter: FIELD (WORD | PHRASE)

    OPEN.3: "("
    CLOSE.3: ")"
    PHRASE.3: /"[^"]*"/
    MINUS.3: /[-\u2212](?=[^\s-])/
    OR.2: /OR(?=[\s()"]|$)/
    _AND.2: /AND(?=[\s()"]|$)/
    NOT.2: /NOT(?=[\s()"]|$)/
    NEAR.2: /near\/\d+(?=[\s()"]|$)/i
    SCOPE.2: /(?:title|case):/i
    FIELD.2: /(?:from|to|lang|source|in|url|has):/i
    WORD.1: /[^\s()"]+/
    SPACE: /\s+/
    %ignore SPACE
"""
