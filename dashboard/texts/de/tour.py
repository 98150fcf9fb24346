"""The tour through one case, and what somebody new is told."""

TEXTS = {
    "tour.offer": "Neu hier? Sechs Schritte führen in wenigen Minuten durch einen Fall. Die Kunden sind erfunden, und nichts davon erreicht jemanden.",
    "tour.begin": "Rundgang beginnen",
    "tour.later": "Nicht jetzt",
    "tour.leave": "Rundgang verlassen",
    "tour.resume": "Rundgang fortsetzen",
    "tour.where": "Schritt {n} von {all}",
    "tour.open": "Wählen Sie „Ohne Zuständige“: zuoberst steht der dringendste Fall, den niemand hat. Öffnen Sie diese Zeile.",
    "tour.claim": "Nehmen Sie den Fall an: dann ist er Ihrer, und das Team sieht das.",
    "tour.look": "Rechts steht, was diese Person schon erlebt hat und was es bei anderen gelöst hat. Öffnen Sie etwas davon. Nichts da? Dann schreiben Sie Ihre Antwort.",
    "tour.answer": "Schreiben Sie unten eine Antwort: öffnen Sie die Textbausteine, wählen Sie einen, passen Sie ihn an und senden Sie ihn.",
    "tour.close": "Schließen Sie den Fall als gelöst und sagen Sie Ursache und Lösung: das findet die nächste Person im Team.",
    "tour.shift": "Sehen Sie, was Ihres ist, was Sie zugesagt haben und wann Sie aufhören.",
    "tour.open_shift": "Meine Schicht öffnen",
    "tour.over": "Das war der Weg eines Falls. Der nächste ist Ihrer.",
    "tour.end": "Rundgang beenden",
    "practice.open": "Üben",
    "practice.why": "Dieselbe Tafel mit erfundenen Kunden. Nichts davon erreicht jemanden.",
    "newcomer.learning": "Sie sind in Einarbeitung: jemand aus dem Team liest jede Ihrer Antworten, bevor sie hinausgeht, bis die Leitung das beendet.",
}
