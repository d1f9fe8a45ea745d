/* notifier: the desktop's notification daemon over D-Bus (Desktop Notifications Specification 1.2),
 * never waited for: it may be absent, slow, stopped, or start again at any time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct notifier;

enum notify_result {
	NOTIFY_SHOWN,
	NOTIFY_ABSENT, /* no bus, no daemon, or it cannot be started */
	NOTIFY_HANGS,  /* not asked: it still owes an answer */
	NOTIFY_LATE,   /* asked, no answer within five seconds: it may be shown yet */
	NOTIFY_FAILED, /* it answered with an error */
};

struct notifier_watch {
	/* The session bus was found, or there is none yet: from now on there are answers. Runs
	 * once. */
	void (*settled)(void *user_data);
	/* A daemon is there, or answers again. */
	void (*ready)(void *user_data);
	/* It went away: ids mean nothing any more. */
	void (*lost)(void *user_data);
	/* A button, or "default" for a click. */
	void (*action)(uint32_t id, const char *action, void *user_data);
	void (*closed)(uint32_t id, void *user_data);
	/* The answer to a NOTIFY_LATE came after all. */
	void (*shown_late)(const char *tag, uint32_t id, void *user_data);
};

struct notification {
	const char *summary;
	const char *body;   /* plain text */
	const char *markup; /* the same for daemons that know markup */
	const char
		*tag; /* two of one tag replace each other, also over a restart of ours (dunst) */
	int urgency;  /* 0 low … 2 critical */
	uint32_t replaces;	    /* id, 0: none */
	const char *const *actions; /* name, label, …, NULL; left out if the daemon has none */
};

typedef void notify_done_fn(enum notify_result result, uint32_t id, const char *detail,
			    void *user_data);

/* Borrows `watch`. */
struct notifier *notifier_new(const struct notifier_watch *watch, void *user_data);
/* Calls under way never answer. */
void notifier_free(struct notifier *notifier);
/* `done` runs once, from here or later, within five seconds. */
void notifier_show(struct notifier *notifier, const struct notification *notification,
		   notify_done_fn *done, void *user_data);
void notifier_close(struct notifier *notifier, uint32_t id);
/* Whether the user looks at the screen; a change runs `changed`. */
void notifier_on_away(struct notifier *notifier, void (*changed)(bool away, void *user_data));
