/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stages of a native run, for the list in host_native.c. Each has the form that run/stages.h
 * asks for.
 */
#ifndef EXITMETER_NATIVE_STAGES_H
#define EXITMETER_NATIVE_STAGES_H

#include <stdbool.h>

#include "base/guardian.h"
#include "guest/guest_files.h"
#include "guest/guest_watch.h"
#include "guest/handled.h"
#include "guest/host_checks_gather.h"
#include "guest/mailbox.h"
#include "guest/oracle.h"
#include "guest/sampler.h"
#include "guest/shell.h"
#include "guest/vm_counters.h"
#include "kvm/modules.h"
#include "run/session.h"
#include "vm/domain.h"
#include "vm/domain_xml.h"

/* What the stages of a native run hand on to each other. */
struct native {
	struct host_run *run;
	bool is_svm;
	struct modules_request request;
	struct guardian guardian;
	struct modules *modules;
	struct host_checks_gather checks;
	struct oracle oracle;
	struct handled *handled;	/* NULL: is not counted */
	struct guest_files files;
	struct domain_spec spec;
	struct domain_conn *conn;
	struct domain *domain;
	struct vm_counters counters;
	struct mailbox mailbox;
	struct guest_watch watch;
	struct sampler sampler;
	struct shell shell;
};

bool native_is_image_known(const void *native);
int native_verify_image(void *native, struct error *err);
int native_note_module_build(void *native, struct error *err);
bool native_is_stock_unknown(const void *native);
int native_ask_stock_kvm(void *native, struct error *err);
int native_start_guardian(void *native, struct error *err);
int native_dismiss_guardian(void *native, struct error *err);
int native_load_modules(void *native, struct error *err);
int native_restore_modules(void *native, struct error *err);
int native_ask_kvm_under_test(void *native, struct error *err);
int native_start_checks(void *native, struct error *err);
int native_write_checks(void *native, struct error *err);
int native_stop_checks(void *native, struct error *err);
int native_start_oracle(void *native, struct error *err);
int native_save_oracle(void *native, struct error *err);
int native_stop_oracle(void *native, struct error *err);
bool native_is_foreign(const void *native);
int native_start_handled(void *native, struct error *err);
int native_stop_handled(void *native, struct error *err);
bool native_is_micro(const void *native);
int native_make_guest_files(void *native, struct error *err);
bool native_is_cloud(const void *native);
int native_connect_libvirt(void *native, struct error *err);
int native_disconnect_libvirt(void *native, struct error *err);
int native_save_mailbox(void *native, struct error *err);
int native_remove_mailbox(void *native, struct error *err);
int native_start_domain(void *native, struct error *err);
int native_destroy_domain(void *native, struct error *err);
int native_open_mailbox(void *native, struct error *err);
int native_hold_counters(void *native, struct error *err);
int native_save_counters(void *native, struct error *err);
int native_release_counters(void *native, struct error *err);
int native_watch_guest(void *native, struct error *err);
int native_run_shell(void *native, struct error *err);
int native_close_shell(void *native, struct error *err);
int native_save_timeline(void *native, struct error *err);
int native_forget_timeline(void *native, struct error *err);
int native_note_outcome(void *native, struct error *err);

#endif
