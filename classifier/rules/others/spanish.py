"""Spanish core words."""

SPANISH = {
    "fails": """
        no|ni|nunca me|se|te|nos|les|le? funciona|funcionan|va|carga|abre|conecta|deja|responde|sirve|permite|reconoce|entra|llega|anda
        no|ya puedo|puede|podemos|consigo|pude|logro
        dejó|ha|dejado de funcionar|ir
        se cierra|cuelga|cae|bloquea|corta
        y nada
    """,
    "unable": """
        imposible
        no puedo|consigo|logro|podemos|pude|hay
        problema|problemas|incidencia|fallo|fallos
    """,
    "fault": "error|errores|fallo|falla|fallos|roto|rota|averiado|avería|estropeado|dañado|caído|caída|colgado|perdido|perdida|desaparecido|mal|equivocado|incorrecto|caducado|rechazada|rechazado|bug|defectuoso",
    "outage": """
        sin|no internet|servicio|conexión|señal|cobertura|red|línea|luz|wifi|datos
        caída|apagón|avería
        se cayó|ha
    """,
    "waiting": """
        esperando|espero|esperar|espera|esperamos
        hace|llevo|desde|van|llevamos <n>|dos|tres|una|un|más|ayer|varios|semanas|días|meses|horas|el
        sigo|seguimos|sigue|todavía|aún sin|no|esperando|igual
        <n>|dos|tres|cuatro|cinco días|semanas|meses|horas|minutos
    """,
    "never_came": """
        no|nunca|ni ha|han|he|me? llegado|llegó|recibido|recibí|contestan|responden|contesta|responde|llaman|enviado|viene|vino|código
        nadie
        sin respuesta|contestar|noticias|solución|aviso|nif
        retraso|retrasos|retrasado|perdido|extraviado
        dónde está|están
    """,
    "again": """
        otra vez
        de nuevo
        dos|tres|varias|muchas|mil|<n> veces
        segunda|tercera|enésima vez
        cada|siempre vez
    """,
    "bad": "malo|mala|malos|mal|pésimo|pésima|peor|horrible|terrible|fatal|vergüenza|vergonzoso|inaceptable|ridículo|lamentable|desastre|mierda|basura|estafa|estafadores|inútil|inútiles|asco|asqueroso|penoso|nefasto|lento|lenta|caro|ladrones|timo|robo|tomadura",
    "annoyed": "harto|harta|hartos|enfadado|enfadada|indignado|indignada|decepcionado|decepcionada|decepción|decepcionante|cansado|cansada|molesto|frustrado|frustrante|triste|lástima|odio|cabreado|cabreada|encantada|gracia",
    "overcharged": """
        cobrado|cobrar|cobraron|cobran|cobráis|cargado|cargo|cargos|facturado dos|doble|mal|de|sin|<n>|veces|tres|me? veces|más?
        me|nos han|habéis|has|ha cobrado|cargado|quitado|descontado
        doble|dos cargo|cargos|cobro|cobros
        cobrado|cobraron|cobro
    """,
    "refund": "reembolso|reembolsar|devolución|devolver|devuelvan|devolvedme|devuelvan|devolverme|compensación|indemnización|reintegro",
    "price_up": "subida|subido|suben|aumento|aumentado|encarecido",
    "broken_promise": "prometido|prometieron|supuestamente|dijeron|dicen|dice|pero|aunque|según",
    "contrast": "pero|aunque|sin embargo|lamentablemente",
    "fix_it": "arreglad|arreglen|arreglar|arreglo|solucionad|solucionen|solucionar|solución|resuelvan|arregléis|arreglarlo",
    "why": """
        por qué
        porqué
        cuándo|cuando va|van|vais|funciona
        qué pasa
    """,
    "how_to": """
        cómo|dónde|cuándo|cuánto|cuál|cuáles|quién|qué
        se|hay puede|alguna|forma|manera|que
        es posible
        como puedo|hago|se
    """,
    "may_we": """
        ^ puedo|puede|pueden|podéis|se|hay|tengo|tenéis|es|me|podría|podrían|podemos|sabéis|alguien
        podéis|pueden|podrían|podría|puede|podríais|puedes decirme|ayudarme|ayudar|confirmar|mirar|explicar|usted
    """,
    "wondering": "pregunta|duda|consulta|saber|información|info|sé",
    "anyone": """
        alguien
        a|soy alguien|el|la
    """,
    "needs_help": """
        necesito|necesitamos|necesitaría ayuda|que|vuestra
        ayuda|ayudadme|ayúdenme|ayudenme|socorro
        podéis|pueden|me ayudar|ayudarme|ayudan
    """,
    "please": "por favor|porfa|porfavor",
    "wish_strong": """
        sugerencia|sugiero|propongo|idea|propuesta|ojalá
        estaría|sería|vendría _? bien|genial|útil|bueno|mejor|ideal
        me gustaría
        podríais|podrían|deberían|deberíais añadir|agregar|poner|incluir
        falta una|un|la|el
    """,
    "leaving": """
        baja|cancelar|cancelo|cancelado|cancelación|portabilidad|rescindir
        me|nos voy|cambio|vamos|paso|cambiamos|fui|cambié
        cambio|cambiar|cambiarme de|a compañía|operador|otra|otro
        nunca|jamás|no más|vuelvo|volveré|compro|compraré
        última|adiós vez|compra
        hasta|adiós nunca
    """,
    "buying": """
        comprar|compro|contratar|disponible|disponibilidad|oferta|ofertas|descuento|tarifa|tarifas|presupuesto|encargar|recargar
        vendéis|venden|tenéis|hacéis|ofrecéis|enviáis
    """,
    "price_asked": """
        cuánto|cuanto|qué cuesta|vale|cuestan|sale|es|precio
        precio|precios
    """,
    "product": "tarifa|tarifas|plan|planes|contrato|oferta|paquete",
    "thanks": "gracias|agradezco|agradecido|agradecida|agradecer|enhorabuena|felicidades|bravo|felicito|sombrero",
    "praise_you": """
        gracias|mil|muchas gracias|a|por|@|equipo
        sois|son los|las|unos|unas|geniales
    """,
    "lovely": "genial|excelente|perfecto|perfecta|estupendo|maravilloso|maravilla|fantástico|fantástica|increíble|encanta|encantado|recomiendo|recomendable|rápido|rápida|amable|amables|bueno|buena|buenísimo|contento|contenta|feliz|mejor|satisfecho|satisfecha|fácil|eficaz|crack|cracks|salvado|bien",
    "solved": """
        ya funciona|va|tengo|está|me|lo|puedo|era
        arreglado|solucionado|resuelto|solucionada
        vuelve|volvió
        por fin
        todo perfecto|bien|solucionado|funciona
        era el|la|eso
    """,
    "spam_offer": "gratis|gana|ganar|ganas|bitcoin|cripto|préstamo|préstamos|sorteo|regalo|ingresos|inversión|invierte|trabaja",
    "spam_call": """
        haz|haga|pincha|click|clic clic|click|aquí|en
        escríbeme|contáctame|escribe|sígueme|síguenos
        link|enlace en
    """,
    "scam_word": "estafa|estafas|phishing|fraude|timo|falso|falsa|estafadores",
    "warning": "cuidado|aviso|atención|ojo|alerta",
    "fraud": "hackeado|hackeada|hackearon|robado|robada|robo|robaron|fraude|suplantación|suplantado|clonado|desconocido",
    "locked_out": """
        contraseña|bloqueado|bloqueada|bloquearon|sesión|acceder|acceso|clave|huella
        cuenta bloqueada|hackeada|suspendida
        no puedo entrar|acceder|iniciar
    """,
    "danger": "fuego|incendio|humo|quemado|quema|emergencia|emergencias|hospital|peligro|peligroso|herido|bebé|calefacción|embarazada|discapacitado|ambulancia|enfermo|enferma|112",
    "stranded": "aeropuerto|vuelo|tirado|tirada|tirados|estación|embarque|extranjero|avión|tren|frontera|aeropuerto|viaje|itinerancia",
    "now": "urgente|urgentemente|ya|inmediatamente|ahora|hoy|cuanto antes?",
    "law": "abogado|abogada|denuncia|denunciar|demanda|juzgado|tribunal|reclamación|consumo|facua|ocu|policía|legal|ilegal|hoja",
    "cut_off": "cortado|cortada|cortaron|suspendido|moroso|impago",
    "slur": "sudaca|sudacas|maricón|maricones|negrata|panchito|panchitos",
    "dismissal": """
        que os|te|les den|jodan|follen
        vete|iros|idos|váyanse a|al la|carajo|mierda
        cállate|callaos
    """,
    "strong_insult": "gilipollas|imbécil|imbéciles|idiota|idiotas|subnormal|subnormales|cabrón|cabrones|hijo|hijos de puta|capullo|capullos|payasos|payaso|tontos|estúpidos|estúpida|estúpido|sinvergüenza|sinvergüenzas|retrasados|tarados",
}
