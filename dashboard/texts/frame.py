"""Around every page: navigation, the sample banner, signing in, and what became of an act."""

TEXTS = {
    "app.name": "Careline",
    "app.about": "Careline hears every customer who talks about a brand in public, and helps a care team answer the ones who need it.",
    "nav.queue": "Queue",
    "nav.mentions": "All mentions",
    "nav.trends": "Trends",
    "nav.feeds": "Feeds",
    "nav.shift": "My shift",
    "nav.incidents": "Incidents",
    "nav.outcomes": "Outcomes",
    "nav.set_up": "Set up",
    "nav.saved": "Saved replies",
    "nav.rules": "Rules and tags",
    "nav.people": "People and teams",
    "nav.start": "Start your own workspace",
    "sample.banner": "Sample workspace: a made-up brand, made-up customers. Replies go nowhere.",
    "sample.start": "Start your own workspace",
    "me.signed_in": "Signed in as {person}",
    "me.language": "Language",
    "me.zone": "Time zone",
    "me.workspace": "as in the workspace ({name})",
    "me.act.language": "The board speaks English with you",
    "me.act.zone": "Your times are in {zone}",
    "signin.title": "Who is at this desk?",
    "signin.why": "On this machine your name is enough. Every act is recorded under it.",
    "signin.first_title": "Nobody works here yet",
    "signin.first_why": "The first person runs the workspace and can add colleagues.",
    "signin.colleagues": "Add a colleague",
    "signin.role": "Roles",
    "signin.add": "Add",
    "signin.js.name": "Name",
    "signin.js.initials": "Initials (they sign replies)",
    "signin.js.begin": "Begin",
    "signin.js.sign_out": "Sign out",
    "signin.js.failed": "That did not work. Try again.",
    "signin.js.offline": "No connection to the board. Try again in a moment.",
    "start.title": "Start your own workspace",
    "start.why": "The sample stays as it is, in a file of its own. Your workspace gets its own database, feeds and reply accounts.",
    "start.step_1": "1. Say what to listen to",
    "start.step_1_how": "Copy this into a file settings.toml in the folder from which you start Careline. Secrets never stand in it: it names environment variables.",
    "start.step_2": "2. Start it",
    "start.step_2_how": "Careline finds settings.toml by itself, opens your workspace and polls your feeds.",
    "start.command": "careline up",
    "start.example": """[workspace]
name = "Our team"
zone = "Europe/London"

[[brands]]
name = "Our brand"
kind = "own"

[[feeds]]
name = "News about us"
source = "rss"
site = "https://example.com/feed.xml"
brand = "Our brand"
interval = "15m"
""",
    "start.then": "Then open this address again. With no settings.toml, the sample comes back.",
    "start.own": "This is your own workspace.",
    "act.claimed": "This case is yours",
    "act.none_left": "Nothing is waiting for somebody",
    "act.taken": "{person} has this case",
    "act.not_yours": "Claim this case first",
    "act.released": "Given back to the queue",
    "act.taken_over": "You took this case over",
    "act.handed_over": "Handed over to {person}",
    "act.snoozed": "Put off",
    "act.reopened": "Open again",
    "act.merged": "Merged into case {case}",
    "act.parted": "Split off as case {case}",
    "act.noted": "Note added",
    "act.opened": "Made a case",
    "act.closed": "Closed: {outcome}",
    "act.busy": "It could not be stored just now. Nothing was changed; try again in a moment.",
    "act.not_first": "Somebody works here already: sign in, and let an admin add you",
    "act.person_added": "{person} can sign in now",
    "act.signed_out": "Sign in again: your sign-in has ended",
    "act.unreadable": "The board did not understand this request",
    "act.too_large": "This is too long",
    "act.elsewhere": "This request came from another site",
}
