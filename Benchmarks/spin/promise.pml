/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scenarios/struct-ops-cgroup/promise.md in Promela, by hand: each access to what threads share, each lock taken or
 * released and each event is a step. A process never ends, as its end would be a step of its own. */
mtype = { none, attaching, attached, gone };
bit lock, shows_id, says_hup, is_offline, is_leaving, is_created;
mtype state = none;
short result;

inline take() { d_step { lock == 0 -> lock = 1 } }

inline detach()
{
	take();
	if
	:: state == attached ->
		state = gone;
		true;				/* "the program is detached" */
		shows_id = 0;
		says_hup = 1
	:: state != attached
	fi;
	lock = 0
}

active proctype create()
{
	short value;

	take();
	if
	:: atomic { is_offline; if :: value = -2 :: value = -16 fi };
		d_step { result = value; value = 0 }
	:: !is_offline ->
		state = attaching;
		shows_id = 1
	fi;
	lock = 0;
	if
	:: result == 0 ->
		true;				/* "the program is attached to the cgroup" */
		take();
		state = attached;
		lock = 0
	:: result != 0
	fi;
	value = result;
	value = 0;				/* "create() returns" */
	is_created = 1;
end:	false
}

active proctype user_detaches()
{
	if
	:: true
	:: is_created ->
		if
		:: result != 0
		:: result == 0 ->
			is_leaving = 1;
			detach();
			true			/* "BPF_LINK_DETACH is done" */
		fi
	fi;
end:	false
}

active proctype remove()
{
	take();
	is_offline = 1;
	is_leaving = 1;
	lock = 0;
	true;					/* "rmdir() is done" */
end:	false
}

active proctype release()
{
	is_offline && state != attaching;
	detach();
end:	false
}

active proctype poll()
{
	bit value;

	is_created;
	if
	:: atomic { result != 0 -> goto end }
	:: result == 0
	:: result == 0 ->
		says_hup;
		true				/* "poll() says EPOLLHUP, and nothing else" */
	fi;
	if
	:: !shows_id
	:: shows_id ->
		if
		:: d_step { !is_leaving -> value = 1 }
		:: is_leaving
		:: d_step { is_leaving -> value = 1 }
		fi
	fi;
	value = 0;				/* "the info shows a cgroup" */
end:	false
}
