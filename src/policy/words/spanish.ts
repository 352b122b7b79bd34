import { list, type WordLists } from './word-list.ts';

export const SPANISH: WordLists = {
  incident: list(`
    error, errores, mensaje de error, fallo, fallos, falla, fallan, fallando, ha fallado, avería, averiado, problema, problemas
    incidencia, incidente, caído, caída, caídos, caídas, se ha caído, se cae, se cayó, roto, rota, estropeado*, dañado*
    no funciona, no funcionan, no funcionaba, no va, no van, no puedo, no podemos, no puede, no pueden, no se puede, no se pueden
    no me deja, no nos deja, no deja, no carga, no cargan, no abre, no abren, no se abre, no se abren, no arranca, no enciende
    no inicia, no imprime, no responde, no conecta, no se conecta, no llega, no llegan, no me llega, no me llegan, no recibo
    no recibimos, no aparece, no aparecen, no sale, no salen, no guarda, no se guarda, no actualiza, no actualizan, no se ve, no veo
    no reconoce, no lee, no detecta, no hay manera, no hay conexión, no hay internet, no hay red, no hay sistema, no tenemos
    no tengo acceso, no tengo conexión, ya no, ningún correo, sin red, sin conexión, sin internet, sin acceso, sin servicio
    sin sistema, sin línea, imposible, se cuelga, se bloquea, bloqueado, bloqueada, bloqueados, colgado, congelado*, se congela
    se cierra, se apaga, se reinicia, se desconecta, desconectado, se corta, cortado, lento, lenta, lentísimo, muy lento
    tarda mucho, tarda una eternidad, no termina, denegado, acceso denegado, rechazado*, caducado*, desaparecido*, ha desaparecido
    han desaparecido, perdido*, se ha perdido, incorrecto*, equivocado*, en blanco, pantalla negra, pantalla en blanco
    pantalla azul, duplicados, parado, parada, parados, desde ayer, desde hoy, desde anoche, desde esta mañana, desde el lunes
    desde la actualización, desde el cambio, desde hace, tras la actualización, después de la actualización, fuera de servicio
    a alguien más, os pasa, a vosotros también, lo mismo con otro, pasa lo mismo, atasco de papel, parpadea
  `),
  question: list(`
    pregunta, preguntas, una pregunta, duda, dudas, una duda, consulta, cómo puedo, cómo podemos, cómo se, cómo hago, cómo hacer
    cómo cambio, cómo debo, dónde puedo, dónde se, dónde está, dónde encuentro, cuánto, cuánto cuesta, cuándo, cuál es
    cuáles son, quién puede, quién es, a quién, qué significa, qué tengo que hacer, qué debo, qué necesito, qué pasa si
    es posible, se puede, se pueden, puedo usar, hay alguna manera, hay alguna forma, me gustaría saber, quisiera saber
    quería saber, querría saber, me podéis decir, me puede decir, me pueden decir, podéis explicar, puede explicar
    me podéis mandar, me podéis enviar, me puede enviar, pueden enviarme, podrían enviarme, saber si, saber cómo, no sé cómo
    no sé dónde, información, manual, instrucciones, guía, documentación, formación, factura, presupuesto
    tarifa, contrato, licencia, licencias, nuevo empleado, nueva empleada, nuevo compañero, nueva compañera, crear una cuenta
    crear un usuario, alta de usuario, nueva cuenta, solicitar, procedimiento
  `),
  feature_request: list(`
    sugerencia, sugerimos, sugiero, propuesta, propongo, mejora, mejoras, idea, petición, nueva función, nueva funcionalidad
    funcionalidad, estaría bien, estaría genial, estaría muy bien, sería bueno, sería útil, sería genial, sería ideal
    sería posible añadir, sería práctico, nos gustaría poder, me gustaría poder, nos gustaría tener, quisiéramos poder
    podéis añadir, podrían añadir, pueden añadir, añadir una opción, añadir la opción, añadir, incorporar
    incluir una opción, echamos de menos, echo de menos, falta una opción, falta la opción, falta un botón, no existe la opción
    no hay opción, próxima versión, en el futuro, está previsto, tenéis previsto, modo oscuro
  `),
  security: list(`
    phishing, hackeado*, pirateado*, virus, troyano, malware, ransomware, rescate, secuestrado*, fuga de datos, robado*, robo de
    brecha, suplantación, correo sospechoso, enlace sospechoso, acceso sospechoso, acceso no autorizado, he hecho clic, he pinchado
    puse mi contraseña, datos de otros, datos personales, visible para todos
  `),
  urgent: list(`
    urgente, urgentemente, urge, con urgencia, cuanto antes, lo antes posible, inmediatamente, de inmediato, ahora mismo, ya mismo
    rápido, emergencia, crítico, máxima prioridad
  `),
};
