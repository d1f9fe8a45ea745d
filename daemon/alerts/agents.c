/* agents: see agents.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alerts/agents.h"

#include <jansson.h>
#include <string.h>

/* An agent answers within five seconds, also about a daemon that hangs; then it hangs itself. */
#define ANSWER_TIMEOUT_MS 7000

struct agent {
	struct line_link *link; /* borrowed */
	uid_t user;
};

struct request {
	struct agents *agents;
	char *key;
	GPtrArray *asked; /* struct line_link *: of agents that have not answered */
	enum send_result result;
	char *detail;
	send_done_fn *done;
	void *user_data;
	const void *owner;
	guint timer;
};

struct agents {
	const struct agents_watch *watch;
	void *user_data;
	GPtrArray *list;      /* struct agent * */
	GHashTable *requests; /* key -> struct request * */
};

static void request_free(void *memory)
{
	struct request *request = memory;
	g_clear_handle_id(&request->timer, g_source_remove);
	g_ptr_array_unref(request->asked);
	g_free(request->key);
	g_free(request->detail);
	g_free(request);
}

struct agents *agents_new(const struct agents_watch *watch, void *user_data)
{
	struct agents *agents = g_new0(struct agents, 1);
	agents->watch = watch;
	agents->user_data = user_data;
	agents->list = g_ptr_array_new_with_free_func(g_free);
	agents->requests = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, request_free);
	return agents;
}

static void finish(struct request *request)
{
	g_hash_table_steal(request->agents->requests, request->key);
	request->done(request->result, request->detail, request->user_data);
	request_free(request);
}

static void set_result(struct request *request, enum send_result result, const char *detail)
{
	request->result = result;
	g_free(request->detail);
	request->detail = g_strdup(detail);
}

void agents_cancel(struct agents *agents, const void *owner)
{
	g_autoptr(GList) all = g_hash_table_get_values(agents->requests);
	for (GList *each = all; each; each = each->next) {
		struct request *request = each->data;
		if (owner && request->owner != owner)
			continue;
		set_result(request, SEND_RETRY, "the channel was closed");
		finish(request);
	}
}

void agents_free(struct agents *agents)
{
	if (!agents)
		return;
	agents_cancel(agents, NULL);
	g_hash_table_unref(agents->requests);
	g_ptr_array_unref(agents->list);
	g_free(agents);
}

unsigned agents_count(const struct agents *agents)
{
	return agents->list->len;
}

static struct agent *find(const struct agents *agents, const struct line_link *link)
{
	for (unsigned i = 0; i < agents->list->len; i++)
		if (((struct agent *)agents->list->pdata[i])->link == link)
			return agents->list->pdata[i];
	return NULL;
}

bool agents_have(const struct agents *agents, const struct line_link *link)
{
	return find(agents, link) != NULL;
}

/* ---- what agents say ------------------------------------------------------------------------ */

static void take_hello(struct agents *agents, struct line_link *link, uid_t user)
{
	for (unsigned i = 0; i < agents->list->len; i++) {
		struct agent *other = agents->list->pdata[i];
		/* two agents in one session would show everything twice */
		if (other->link != link && other->user == user)
			line_link_send(other->link, "{\"bye\":\"replaced\"}");
	}
	if (!find(agents, link)) {
		struct agent *agent = g_new0(struct agent, 1);
		agent->link = link;
		agent->user = user;
		g_ptr_array_add(agents->list, agent);
	}
	if (agents->watch->ready)
		agents->watch->ready(agents->user_data);
}

/* Of what several agents say: a fault weighs more than a reader who is away. */
static int weight(enum send_result result)
{
	return result == SEND_UNKNOWN ? 2 : result == SEND_AWAY ? 0 : 1;
}

static void take_answer(struct agents *agents, struct line_link *link, const json_t *line,
			const char *key)
{
	struct request *request = g_hash_table_lookup(agents->requests, key);
	const char *result = json_string_value(json_object_get(line, "result"));
	const char *detail = json_string_value(json_object_get(line, "detail"));
	if (!request || !result || !g_ptr_array_remove_fast(request->asked, link))
		return; /* answered too late, or twice, or not asked */
	if (strcmp(result, "done") == 0) {
		set_result(request, SEND_DONE, detail);
		finish(request);
		return;
	}
	/* of several users' desktops one is enough; "unknown" is nearer to it than "retry" */
	enum send_result worse = strcmp(result, "unknown") == 0 ? SEND_UNKNOWN
				 : strcmp(result, "away") == 0	? SEND_AWAY
								: SEND_RETRY;
	if (weight(worse) >= weight(request->result))
		set_result(request, worse, detail);
	if (!request->asked->len)
		finish(request);
}

static void take_act(struct agents *agents, const json_t *line, const char *name, uid_t user)
{
	static const struct {
		const char *name;
		enum alert_state state;
	} acts[] = {{"ack", ALERT_ACKNOWLEDGED},
		    {"mute", ALERT_MUTED},
		    {"not-relevant", ALERT_NOT_RELEVANT}};
	const char *alert = json_string_value(json_object_get(line, "alert"));
	const char *article = json_string_value(json_object_get(line, "article"));
	struct agent_act act = {.user = user};
	act.filter = json_string_value(json_object_get(line, "filter"));
	if (!alert || !uid_parse(alert, &act.alert))
		return;
	if (article)
		uid_parse(article, &act.article);
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++)
		if (strcmp(acts[i].name, name) == 0) {
			act.state = acts[i].state;
			if (agents->watch->act)
				agents->watch->act(&act, agents->user_data);
		}
}

bool agents_line(struct agents *agents, struct line_link *link, uid_t user, const char *text)
{
	json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const char *hello = json_string_value(json_object_get(line, "hello"));
	const char *answer = json_string_value(json_object_get(line, "answer"));
	const char *act = json_string_value(json_object_get(line, "act"));
	bool known = find(agents, link) != NULL, understood = true;
	if (hello && strcmp(hello, "agent") == 0)
		take_hello(agents, link, user);
	else if (known && answer)
		take_answer(agents, link, line, answer);
	else if (known && act)
		take_act(agents, line, act, user);
	else if (known && json_is_true(json_object_get(line, "back")))
		agents->watch->ready(agents->user_data);
	else
		understood = false;
	json_decref(line);
	return understood;
}

void agents_gone(struct agents *agents, struct line_link *link)
{
	struct agent *agent = find(agents, link);
	if (!agent)
		return;
	g_ptr_array_remove(agents->list, agent);
	/* it may have shown what it was asked last */
	g_autoptr(GList) all = g_hash_table_get_values(agents->requests);
	for (GList *each = all; each; each = each->next) {
		struct request *request = each->data;
		if (!g_ptr_array_remove_fast(request->asked, link))
			continue;
		set_result(request, SEND_UNKNOWN, "the desktop agent went away");
		if (!request->asked->len)
			finish(request);
	}
}

/* ---- what they are asked -------------------------------------------------------------------- */

static gboolean on_timeout(void *data)
{
	struct request *request = data;
	request->timer = 0;
	set_result(request, SEND_UNKNOWN, "the desktop agent does not answer");
	finish(request);
	return G_SOURCE_REMOVE;
}

void agents_show(struct agents *agents, const char *key, const char *note, send_done_fn *done,
		 void *user_data, const void *owner)
{
	if (!agents->list->len) {
		done(SEND_RETRY, "no desktop agent is connected", user_data);
		return;
	}
	if (g_hash_table_contains(agents->requests, key)) {
		done(SEND_RETRY, "it is being shown already", user_data);
		return;
	}
	struct request *request = g_new0(struct request, 1);
	request->agents = agents;
	request->key = g_strdup(key);
	request->asked = g_ptr_array_new();
	request->result = SEND_AWAY; /* until somebody says more */
	request->done = done;
	request->user_data = user_data;
	request->owner = owner;
	request->timer = g_timeout_add(ANSWER_TIMEOUT_MS, on_timeout, request);
	g_hash_table_insert(agents->requests, request->key, request);
	for (unsigned i = 0; i < agents->list->len; i++)
		g_ptr_array_add(request->asked, ((struct agent *)agents->list->pdata[i])->link);
	for (unsigned i = 0; i < agents->list->len; i++)
		line_link_send(((struct agent *)agents->list->pdata[i])->link, note);
}
