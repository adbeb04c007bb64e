/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The names of the files in a run folder.  harness/README.md and the README say what each holds.
 *
 * A name never changes: runs that were saved long ago are judged again.
 */
#ifndef EXITMETER_FILE_NAMES_H
#define EXITMETER_FILE_NAMES_H

/* What the run was asked for, and what the part that acts knows of it. */
#define FILE_CONFIG "config.json"
#define FILE_EVIDENCE "evidence.json"
#define FILE_INPUTS "inputs.txt"
/* The text of an edition of the user's own, by which the run is judged. */
#define FILE_EDITION "edition.txt"

/* What the guest said: the kernel's console, and the probe's records. */
#define FILE_CONSOLE "console.log"
#define FILE_RECORDS "records.log"

/* What the host knows of the guest's exits. */
#define FILE_HOST_COUNTERS "host-counters.txt"
#define FILE_ENABLED "enabled.txt"
#define FILE_HOST_TRACE "host-trace.txt"
#define FILE_HOST_EXITS "host-exits.txt"
#define FILE_HOST_CHECKS "host-inspect.txt"
/*
 * The exits over the guest's life, `ms,exits,cycles,REASON...`, and when it came to what (timeline.h).
 */
#define FILE_TIMELINE "timeline.csv"
#define FILE_PHASES "phases.txt"
/* kvm:kvm_exit as it stood at a point: takes a literal, which is the point's name or "%s". */
#define FILE_HOST_TRACE_AT(point) "host-trace-" point ".txt"
/* The same from the modules' loading until just before the guest's VM was made. */
#define FILE_HOST_TRACE_BEGIN FILE_HOST_TRACE_AT("begin")
/* How often KVM had called its exit handler by then (guest/handled.h), of a patch that is not ours. */
#define FILE_HOST_HANDLED_AT(point) "host-handled-" point ".txt"

/* What was handed in as source, and how it was built (submission_notes.h, build_failure.h). */
#define FILE_SUBMISSION "submission.txt"
#define FILE_SUBMISSION_PATCH "submission.patch"
#define FILE_BUILD_FAILED "build-failed.txt"

/* The domain of the guest. */
#define FILE_DOMAIN "domain.xml"

/* The L1 host: its consoles, and the machine that it was. */
#define FILE_HOST_CONSOLE "host-console.log"
/*
 * The console of a start that came before the last: takes a literal, which is its number or "%u".
 */
#define FILE_HOST_CONSOLE_OF(start) "host-console." start ".log"
#define FILE_HOST_PROGRESS "host-progress.log"
/* The messages of its kernel, where it came to its end. */
#define FILE_HOST_DMESG "host-dmesg.log"
#define FILE_HOST_DOMAIN "host-domain.xml"
#define FILE_HOST_BOCHSRC "host-bochsrc.txt"

/* The checksums of all files above, written when the run has ended (seal.h). */
#define FILE_SUMS "SHA256SUMS"

/* What judging writes, each time anew. */
#define FILE_SUMMARY "summary.json"
#define FILE_REPORT "report.txt"
#define FILE_HTML "report.html"
/* Of each picture: gnuplot's script, its data, and what it drew.  They take a literal, a name or "%s". */
#define FILE_PLOT_SCRIPT(name) "plot-" name ".gp"
#define FILE_PLOT_DATA(name) "plot-" name ".dat"
#define FILE_PLOT_SVG(name) "plot-" name ".svg"
#define FILE_TAP "report.tap"
#define FILE_JUNIT "junit.xml"
#define FILE_WORKLOAD_OUTPUT "workload-output.txt"
#define FILE_VERDICTS "verdicts.json"

/* Of a batch or a class: what was asked for, and the list of its runs (batch/plan.h). */
#define FILE_PLAN "plan.json"
/* Of a batch: what its runs sum up to, and how two variants differ. */
#define FILE_BATCH "batch.json"
#define FILE_BATCH_HTML "batch.html"
#define FILE_COMPARISON "comparison.json"
#define FILE_COMPARISON_HTML "comparison.html"

/* Beside the run folders of a class: what became of each subject. */
#define FILE_GRADES "grades.json"
#define FILE_GRADES_CSV "grades.csv"
#define FILE_GRADES_HTML "grades.html"
#define FILE_LIKENESS "likeness.csv"
/* In it a subject's FOLDER.md, in words for its author. */
#define FILE_FEEDBACK_FOLDER "feedback"

#endif
