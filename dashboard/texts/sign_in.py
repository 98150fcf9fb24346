"""Signing in: by a provider or by name, and why it did not work."""

TEXTS = {
    "signin.openid_title": "Sign in to Careline",
    "signin.openid_why": "You sign in where your organisation keeps its accounts. Every act here is recorded under your name.",
    "signin.openid": "Sign in with {provider}",
    "signin.openid_unnamed": "Sign in",
    "signin.ask": "Ask one of: {people}",
    "signin.ask_nobody": "Nobody can add people yet: whoever runs Careline can, with the command careline people add.",
    "signin.problem.unreachable": "The sign-in provider does not answer. Try again in a moment; if it stays so, tell whoever runs it.",
    "signin.problem.mismatch": "This sign-in was not begun in this browser, or it took too long. Begin it anew.",
    "signin.problem.cancelled": "You were not signed in: it was cancelled at the provider.",
    "signin.problem.clock": "The provider's clock and this server's differ by more than a minute, so its answer cannot be trusted. Tell whoever runs Careline.",
    "signin.problem.untrusted": "The provider's answer could not be trusted, so nobody was signed in. Try again; if it stays so, tell whoever runs Careline.",
    "signin.problem.stranger": "The provider knows you, but nobody has given you a role here. Ask your lead.",
    "signin.problem.left": "You no longer work here, so you cannot sign in. If that is wrong, ask your lead.",
    "signin.problem.busy": "Your sign-in could not be stored just now. Try again in a moment.",
}
