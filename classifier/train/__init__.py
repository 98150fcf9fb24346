"""How the shipped model is made: `careline train --data DIR`. Needs the extra [train] and torch; nothing else imports this package."""
