"""The tour through one case, and what somebody new is told."""

TEXTS = {
    "tour.offer": "New here? Six steps take you through one case, in a few minutes. The customers are made up, and nothing you do reaches anybody.",
    "tour.begin": "Begin the tour",
    "tour.later": "Not now",
    "tour.leave": "Leave the tour",
    "tour.resume": "Go on with the tour",
    "tour.where": "Step {n} of {all}",
    "tour.open": "Choose Unclaimed: the most pressing case that nobody has stands first. Open that row.",
    "tour.claim": "Claim the case: then it is yours, and your colleagues see that.",
    "tour.look": "Look to the right: what this customer went through before, and what solved it for others. Open one of those. Nothing there? Then write your answer.",
    "tour.answer": "Write an answer below: press Saved replies, choose one, make it fit, and send it.",
    "tour.close": "Close the case as solved, and say what the cause was and what solved it: the next colleague finds that.",
    "tour.shift": "See what is yours, what you promised and when you stop.",
    "tour.open_shift": "Open My shift",
    "tour.over": "That was the way of a case. The next one is yours.",
    "tour.end": "End the tour",
    "practice.open": "Practise",
    "practice.why": "The same board with made-up customers. Nothing you do there reaches anybody.",
    "newcomer.learning": "You are learning: a colleague reads each of your replies before it leaves, until a lead ends this.",
}
