/* function_words: see function_words.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "filters/function_words.h"

#include <glib.h>
#include <string.h>

static const struct {
	enum language language;
	const char *words;
} lists[] = {
	{LANGUAGE_IT, "il lo la i gli le l un uno una di a da in con su per tra fra del dello "
		      "della dei degli delle dell al allo alla "
		      "ai agli alle all dal dallo dalla dai dagli dalle dall nel nello nella nei "
		      "negli nelle nell sul sullo sulla sui "
		      "sugli sulle sull col coi e ed o od ma se che chi cui non piu anche come "
		      "dove quando mentre perche poiche quindi "
		      "dunque pero inoltre infatti ancora gia solo soltanto sempre mai molto molti "
		      "molte poco tutto tutti tutta tutte "
		      "altro altri altra altre questo questa questi queste quello quella quelli "
		      "quelle quel quei quegli suo sua suoi sue "
		      "loro mio tuo nostro nostra vostro proprio propria propri proprie stesso "
		      "stessa stessi stesse ogni alcuni alcune "
		      "qualche nessun nessuno nessuna tanto tale tali quale quali quanto cosi "
		      "secondo dopo prima durante contro verso "
		      "senza sotto sopra oltre presso circa entro fino attraverso essere e era "
		      "erano sono siamo sia siano stato stata "
		      "stati state sara saranno sarebbe sarebbero fu furono avere ha hanno aveva "
		      "avevano abbia abbiano avra avranno "
		      "avrebbe avrebbero avuto puo possono potra potranno potrebbe potrebbero deve "
		      "devono dovra dovrebbe dovrebbero "
		      "fare fa fanno fatto viene vengono venire stata va ci vi ne si mi ti lui lei "
		      "noi voi io tu essi esse egli "
		      "cio ecco ora oggi ieri domani anno anni mese mesi giorno giorni settimana "
		      "parte due tre quattro cinque dieci "
		      "davanti dietro chiede ha detto dice spiega primo secondo terzo base modo "
		      "caso fine volta volte milioni miliardi mila "
		      "euro dollari ad es d s"},
	{LANGUAGE_EN, "per cent percent the a an of to in on at by for with from as into over after before between "
		      "under about against during without "
		      "through within and or but if that which who whom whose what when where "
		      "while because so than then also not no "
		      "nor only just even still yet very more most much many some any all each "
		      "every both few other others another "
		      "such same this these those it its he she they them his her their our we you "
		      "i my your is are was were be been "
		      "being has have had having do does did will would can could may might must "
		      "should shall one two three four five "
		      "ten first second third year years month months week weeks day days today "
		      "yesterday tomorrow said says say told "
		      "according million billion s t up out off down there here how why per via "
		      "monday tuesday wednesday thursday friday saturday sunday "
		      "january february march april june july august september october november "
		      "december mr mrs ms"},
	{LANGUAGE_FR, "le la les l un une des de du d a au aux en dans par pour sur sous avec sans "
		      "entre vers chez contre apres avant "
		      "depuis pendant selon et ou mais si que qui quoi dont ou quand comme car "
		      "donc ni ne pas plus moins tres aussi "
		      "encore deja toujours jamais tout tous toute toutes autre autres ce cet "
		      "cette ces son sa ses leur leurs mon notre "
		      "nos votre il elle ils elles on nous vous je tu se s y c qu n est sont etait "
		      "etaient etre ete a ont avait avaient "
		      "avoir eu sera seront serait peut peuvent pourrait doit doivent devrait fait "
		      "faire faut deux trois quatre cinq "
		      "dix premier premiere an ans annee annees mois jour jours semaine hier "
		      "aujourd hui demain millions milliards"},
	{LANGUAGE_DE,
	 "der die das den dem des ein eine einer eines einem einen und oder aber wenn dass weil "
	 "als wie wo was wer wen wem "
	 "nicht kein keine keinen auch noch nur schon sehr mehr am im in an auf aus bei mit nach "
	 "von vom vor zu zum zur "
	 "uber unter zwischen durch fur gegen ohne um bis seit wahrend er sie es wir ihr ihre "
	 "ihren ihrem sein seine "
	 "seinen sich man ich du mir dich uns diese dieser dieses diesen diesem jene jeder alle "
	 "alles andere anderen ist "
	 "sind war waren sein gewesen hat haben hatte hatten wird werden wurde wurden worden kann "
	 "konnen konnte soll "
	 "sollen sollte muss mussen durfte zwei drei vier funf zehn erste ersten jahr jahre jahren "
	 "monat monate tag tage "
	 "woche wochen heute gestern morgen millionen milliarden laut so dann da hier montag "
	 "dienstag mittwoch donnerstag freitag samstag sonntag"},
	{LANGUAGE_ES, "el la los las lo un una unos unas de del a al en con por para sin sobre "
		      "entre hasta desde contra segun tras ante "
		      "bajo durante y e o u pero sino si que quien cual cuyo donde cuando como "
		      "porque pues no ni mas menos muy tambien "
		      "ya aun solo siempre nunca todo todos toda todas otro otros otra otras este "
		      "esta estos estas ese esa eso esos "
		      "aquel su sus mi tu nuestro se le les me te nos yo el ella ellos es son era "
		      "eran fue fueron ser sido esta estan "
		      "estaba estar ha han habia haber hay sera seran seria puede pueden podria "
		      "debe deben hace hacer dos tres cuatro "
		      "cinco diez primer primero primera ano anos mes meses dia dias semana hoy "
		      "ayer manana millones"},
	{LANGUAGE_PT, "o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela "
		      "pelos pelas para com sem sobre entre "
		      "ate desde contra apos durante e ou mas se que quem qual onde quando como "
		      "porque nao nem mais menos muito tambem "
		      "ja ainda so sempre nunca todo todos toda todas outro outros outra outras "
		      "este esta estes estas esse essa isso "
		      "aquele seu sua seus suas meu nosso lhe se ele ela eles elas e sao era foram "
		      "foi ser sido esta estao tem ter ha "
		      "havia sera pode podem deve devem dois duas tres quatro cinco dez primeiro "
		      "ano anos mes meses dia dias hoje ontem"},
	{LANGUAGE_RU,
	 "и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только "
	 "ее мне было вот от меня "
	 "еще нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас нибудь вам "
	 "ведь там потом себя "
	 "ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без чего раз "
	 "тоже себе под будет ж "
	 "тогда кто этот того потому этого какой ним здесь этом один почти мои тем чтобы нее были "
	 "куда всех никогда можно "
	 "при наконец два об другои после над больше тот через эти нас про них какая много разве "
	 "три эту моя своих этои "
	 "перед свою также это который которая которые которых года году лет год между"},
	{LANGUAGE_UK, "і й та в у на не що він я з зі із як а то все вона так його але до за по "
		      "від про для при ж же б би чи або щоб ми "
		      "ви вони їх її це цей ця ці той тому був була були бути є буде також після "
		      "через між року році"},
	{LANGUAGE_ZH,
	 "的 了 在 和 是 与 及 将 对 为 有 不 也 这 那 并 以 于 等 由 从 到 中 上 下 年 月 日 个 "
	 "一 二 三 "
	 "两 称 说 后 前 时 被 把 向 就 都 而 或 但 其 该 他 她 它 们 我 你 者 之 所 可 会 要 能"},
	{LANGUAGE_JA, "の に は を が と で も へ し た て い る な か ら れ さ よ り だ っ す ま "
		      "こ そ あ う え お く け つ ん "
		      "年 月 日 一 二 三"},
	{LANGUAGE_KO, "이 가 은 는 을 를 의 에 와 과 도 로 으 하 고 다 했 한 할 서 들 것 수 및 등 "
		      "며 라 자 지 만 부 터 까 된 "
		      "되 돼 해 인 년 월 일 두 세 첫"},
};

static GHashTable *table_of(const char *words)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	char **split = g_strsplit(words, " ", -1);
	for (char **word = split; *word; word++)
		g_hash_table_add(table, *word);
	g_free(split); /* the words are the keys now */
	return table;
}

bool function_word(enum language language, const char *folded)
{
	static GHashTable *tables[LANGUAGES];
	static gsize once;
	if (g_once_init_enter(&once)) {
		for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
			tables[lists[i].language] = table_of(lists[i].words);
		g_once_init_leave(&once, 1);
	}
	return tables[language] && g_hash_table_contains(tables[language], folded);
}
