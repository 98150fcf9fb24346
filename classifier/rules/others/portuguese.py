"""Portuguese core words."""

PORTUGUESE = {
    "fails": """
        não|nao|nunca me|se|te? funciona|funcionam|carrega|abre|liga|conecta|responde|deixa|dá|reconhece|entra|vai|pega
        não|nao consigo|consegue|conseguimos|posso|dá|há
        deixou|parou de funcionar
        cai|trava|travou|travando|caiu
    """,
    "unable": """
        impossível
        não|nao consigo|posso|conseguimos
        problema|problemas|dificuldade
    """,
    "fault": "erro|erros|avaria|avariado|avariada|quebrado|quebrada|estragado|defeito|falha|falhas|bloqueado|sumiu|perdido|perdida|errado|errada|expirado|bug|partido|danificado",
    "outage": """
        sem|não|nao há|tem? internet|rede|sinal|serviço|ligação|conexão|luz|cobertura
        queda|apagão|fora do
    """,
    "waiting": """
        espera|esperando|esperar|espero|aguardo|aguardando
        há|desde|faz|à <n>|dois|duas|três|um|uma|dias|semanas|meses|horas|ontem|mais
        ainda|continuo não|nao|sem|à|nada|a
        <n>|dois|duas|três|quatro dias|semanas|meses|horas|minutos
    """,
    "never_came": """
        não|nao|nunca chegou|recebi|responderam|respondem|entregaram|veio|responde|atendem
        ninguém
        sem|nenhuma resposta|retorno|solução|notícias
        atraso|atrasado|atrasada|extraviado
        onde está|esta|estão
    """,
    "again": """
        outra|mais|de uma? vez|novo
        várias|duas|três|<n> vezes
        sempre|toda vez|a
        segunda|terceira vez
        continuou|continua a
    """,
    "bad": "péssimo|péssima|pior|horrível|terrível|vergonha|vergonhoso|ridículo|inaceitável|lixo|merda|inútil|lamentável|absurdo|nojo|fraca|fraco|ruim|mau|má|lento|lenta|caro|roubo|ladrões|burla|desastre|porcaria|descaso|desrespeito",
    "annoyed": "desiludido|desiludida|decepcionado|decepcionada|decepção|farto|farta|cansado|cansada|irritado|irritada|furioso|infelizmente|pena|frustrante|odeio|chateado|chateada|indignado",
    "overcharged": """
        cobrado|cobraram|cobrança|cobranças|debitado|cobrar|descontar|descontou duas|dobro|dados|a|indevida|sem|<n>|três? vezes?
        cobrança|débito|cobraram|debitaram
        em duplicado|dobro
    """,
    "refund": "reembolso|reembolsar|reembolsado|devolução|devolver|devolvam|indemnização|indenização|estorno|dinheiro",
    "price_up": "aumento|aumentou|aumentaram|aumentos|encareceu",
    "broken_promise": "prometido|prometeram|disseram|dizem|supostamente|mas|diz|apesar",
    "contrast": "mas|porém|infelizmente|contudo",
    "fix_it": "resolvam|resolver|resolvem|arranjem|arrumem|consertem|corrijam|corrigir|resolva",
    "why": """
        porquê|porque|por que?
        quando
        em quem
        o que se|passa|está
    """,
    "how_to": """
        como|onde|quando|quanto|qual|quais|quem
        há|é|existe possível|alguma|forma
        o que
    """,
    "may_we": """
        ^ posso|pode|podem|há|tem|têm|é|dá|consigo|preciso|alguém|vocês
        podem|pode|poderiam ajudar|dizer|confirmar|verificar|explicar|me|ver|informar
    """,
    "wondering": "dúvida|pergunta|saber|informação|informações|questão",
    "anyone": "alguém",
    "needs_help": """
        preciso|precisamos de|ajuda
        ajuda|ajudem|socorro
        podem|pode ajudar|me
    """,
    "please": "por favor|favor|pfv|gentileza",
    "wish_strong": """
        sugestão|sugiro|ideia|proposta
        seria|era _? bom|ótimo|óptimo|fixe|útil|legal
        gostaria|gostava de|que
        podiam|deviam|poderiam adicionar|acrescentar|ter|colocar|pôr
        falta só|uma|um
    """,
    "leaving": """
        cancelar|cancelo|cancelei|cancelamento|rescindir|rescisão|portabilidade|desistir
        mudar|mudo|mudei|trocar|troquei|passar de|para operadora|outra|a
        nunca mais
        vou embora
        adeus
        última vez
    """,
    "buying": """
        comprar|compra|encomendar|disponível|promoção|desconto|tarifário|plano|planos|orçamento|contratar|aderir
        vendem|têm|entregam
    """,
    "price_asked": """
        quanto|qual custa|é|o|fica|preço|valor
        preço|preços
    """,
    "product": "plano|planos|tarifário|pacote|contrato|oferta",
    "thanks": "obrigado|obrigada|obrigadíssimo|agradeço|agradecer|parabéns|grato|grata|valeu",
    "praise_you": """
        obrigado|obrigada|parabéns a|ao|à|pela|pelo|@|equipa|equipe|por
        vocês são
    """,
    "lovely": "ótimo|óptimo|ótima|excelente|perfeito|perfeita|maravilhoso|maravilhosa|fantástico|incrível|adoro|amo|adorei|recomendo|rápido|rápida|simpático|simpática|bom|boa|contente|feliz|satisfeito|satisfeita|melhor|fácil|impecável|espetáculo|top|bem|lindamente|show",
    "solved": """
        resolvido|resolvida|consertado|arranjado
        já|agora funciona|está|tenho|deu
        voltou a|ao
        funcionou
    """,
    "spam_offer": "grátis|ganhe|ganhar|bitcoin|cripto|empréstimo|empréstimos|sorteio|prémio|prêmio|investimento|renda|invista",
    "spam_call": """
        clique|clica aqui|no
        chama no
        siga|segue me
        link na
    """,
    "scam_word": "burla|golpe|golpes|phishing|fraude|falso|falsa|burlões",
    "warning": "cuidado|atenção|alerta|aviso",
    "fraud": "hackeado|hackeada|hackearam|roubado|roubada|roubaram|fraude|clonado|clonaram|desconhecido",
    "locked_out": """
        senha|palavra passe?
        bloqueado|bloqueada|bloquearam|acesso|aceder|acessar|login|conta
    """,
    "danger": "fogo|incêndio|fumo|fumaça|queimado|queimou|emergência|hospital|perigo|perigoso|ferido|bebé|bebê|aquecimento|grávida|deficiente|ambulância|doente|112",
    "stranded": "aeroporto|voo|estação|embarque|estrangeiro|preso|presa|avião|comboio|trem|fronteira",
    "now": "urgente|urgentemente|já|imediatamente|agora|hoje",
    "law": "advogado|processo|processar|tribunal|justiça|procon|anatel|anacom|deco|reclamação|polícia|livro|legal|ilegal|denúncia",
    "cut_off": "cortado|cortaram|cortada|suspenso|suspensa|desligaram",
    "slur": "preto de merda|paneleiro|paneleiros|viado|viados",
    "dismissal": """
        vai|vão|vão-se tomar|pro|para|se|foder|à fod|merda|inferno|foder|no
        cala|calem a|se
        foda|fodam se
    """,
    "strong_insult": "idiota|idiotas|imbecil|imbecis|burro|burros|otário|otários|estúpido|estúpidos|palhaço|palhaços|cabrão|cabrões|babaca|babacas|retardado|retardados",
}
