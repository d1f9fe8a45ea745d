/* retry: see retry.h.  SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/retry.h"

unsigned retry_pause_s(const struct retry_policy *policy, unsigned failures)
{
	uint64_t pause = policy->min_s ? policy->min_s : RETRY_MIN_S;
	uint64_t longest = policy->max_s ? policy->max_s : RETRY_MAX_S;
	for (unsigned n = 1; n < failures && pause < longest; n++)
		pause *= 2;
	return (unsigned)MIN(pause, longest);
}

int64_t retry_limit(const struct retry_policy *policy, const struct delivery *delivery)
{
	/* From the first try: a machine that was off for a week has not tried for a week. */
	int64_t limit = delivery->first_tried_at +
			(policy->lifetime_s ? policy->lifetime_s : RETRY_LIFETIME_S);
	return delivery->expires_at ? MIN(limit, delivery->expires_at) : limit;
}

struct retry_decision retry_decide(const struct retry_policy *policy,
				   const struct delivery *delivery, enum send_result result,
				   int64_t now, int64_t not_before)
{
	int64_t limit = retry_limit(policy, delivery);
	int64_t next = MAX(now + retry_pause_s(policy, delivery->attempts), not_before);
	struct retry_decision decision = {
		.state = DELIVERY_PENDING, .due_at = now, .result = "retry"};
	switch (result) {
	case SEND_DONE:
		decision.state = DELIVERY_SENT;
		decision.result = "sent";
		return decision;
	case SEND_REFUSED:
		decision.refused = true;
		decision.result = "refused";
		if (delivery->refusals + 1 >= RETRY_REFUSALS) {
			decision.state = DELIVERY_UNDELIVERABLE;
			return decision;
		}
		break;
	case SEND_UNKNOWN:
		decision.result = "unknown";
		break;
	case SEND_RETRY:
	case SEND_AWAY:
		break;
	}
	if (now >= limit) {
		decision.state = DELIVERY_UNDELIVERABLE;
		decision.result = "expired";
		return decision;
	}
	/* One last try at the limit itself. */
	decision.due_at = MIN(next, limit);
	return decision;
}
