# SPDX-License-Identifier: GPL-2.0-only
#
# exitmeter.  `make help` lists the targets and variables; `make measure` runs a whole measurement.

# `make help` shows each variable with the line above it.  The first variables say what make is to do.
# They are taken from make's command line only, because shells and CI systems use the same names in the
# environment for other purposes (csh sets HOST).

## auto, nested, emulated-svm, emulated-vmx (any machine), native (only when asked)
HOST = auto
## cloud (cloud image and cloud-init), micro (the fast loop)
GUEST = cloud
## what is measured: boot, reboot (from the order until boot is complete again), shutdown or operations
SCENARIO = boot
## script or program to run in the guest in place of SCENARIO (micro: a static program)
WORKLOAD =
## seconds until the workload is killed
WORKLOAD_LIMIT = 60
## what boots a cloud guest: bios, uefi, or auto (what the image's disk has code for)
FIRMWARE = auto
## assignment to judge by: a name (kernel-patch/editions), a file of your own, auto (default: all that we specify; auto with SUBMISSION=)
EDITION =
## which CPUID leaf answers with what: split, combined, reversed, or auto (default: as EDITION says, else split)
LAYOUT =
## year of the vendor's manual that says which reasons are defined; 0: the newest
SDM = 0
## whose exits the guest reads: vm (its own) or global (those of all VMs)
SCOPE = vm
## how KVM reaches the guest's memory: nested (NPT or EPT), or shadow (default: as KVM's module chooses)
PAGING =
## patched, or stock (an unpatched KVM, which must fail)
MODULES = patched
## virtual CPUs of the guest
VCPUS = 1
## memory of the guest in MiB
MEMORY = 1024
## milliseconds between two samples of the exits over the run; 0: none (default: 100, and 0 with --deterministic)
TIMELINE =
## kernel of the emulated host: a name of images/kernels.txt
KERNEL = 6.1
## cloud image by name: see make image; built: from Debian's packages (default: the newest Ubuntu LTS)
IMAGE =
## cloud image of your own, qcow2 or raw; it is not changed
IMAGE_FILE =
## run folder to make or to judge again (default: CACHE/runs/DATE-HOST-GUEST)
OUT =
## more options of `exitmeter run` (see build/exitmeter run --help)
ARGS =
## a kernel source of your own, for make measure, make modules and make patches
TREE =
## somebody's change to KVM, for make measure: a folder of modules, a patch, files of KVM's, a tree or FOLDER#BRANCH, a URL
SUBMISSION =
## version of the kernel that SUBMISSION was made on, say 6.0.7 (default: its Makefile's, else the nearest known)
BASE =
## a clone of Linux, whose tags are known as bases of submissions
LINUX =
## how many runs `make repeat` compares, and `make compare` makes of each side (20)
N = 2
## one side of `make compare`: variables such as KERNEL=6.1, or a finished batch; the other side is B=
A =
## how long `make fuzz` tries each parser
SECONDS = 60
## a class, for make grade: a folder with an entry for each subject, or a list in CSV (name, source)
SUBJECTS =
## more kernels for make grade, tried in this order for what does not fit KERNEL=, say "5.10 6.12"
KERNELS =
## points for make grade and make grades: a table of clause, points, text (default: that of the edition)
RUBRIC =
## the one subject that make grade measures again
ONLY =
## names of wrong patches in tests/mutants, for make test-mutants (default: all)
MUTANTS =
## where make grade and make compare have runs carried out: local, or slurm (CACHE and OUT on a folder that all nodes share)
ENGINE = local
## parts of a batch for Slurm, each a task of an array (default: 8)
SHARDS =
## a folder of each node's own, which gets the images once (default: they stay in CACHE)
NODE_CACHE =
## test suites, or runs of a class or a comparison, that go on at a time (default: by CPUs and memory)
JOBS =
## 1: build images and modules again; measure a class again
FORCE =
## 1: a compiler's warning is an error, as in make lint
WERROR =
## folder for compiled files
B = build

# In `make compare`, B is the other side, and what is compiled goes into build.
ifneq ($(filter compare,$(MAKECMDGOALS)),)
side_b := $(if $(filter command,$(firstword $(origin B))),$(B))
override B := build
endif

# These variables describe this machine, and may also come from the environment.

## folder for images, builds and runs
CACHE ?= $(or $(XDG_CACHE_HOME),$(user_home)/.cache)/exitmeter
## Debian mirror for images (default: that of this machine)
MIRROR ?=
## server of cloud images in place of the distribution's
IMAGE_MIRROR ?=
## 1: allow plain HTTP for IMAGE_MIRROR; images are verified all the same
IMAGE_HTTP ?=
## file with the source of Bochs, instead of a download
BOCHS_TARBALL ?=
## libvirt connection such as qemu:///system (default: the driver embedded in the program)
LIBVIRT_URI ?=
## file for the test results as JUnit XML
JUNIT ?=
## compiler of the static probe
PROBE_CC ?= musl-gcc
## where `make install` installs to
PREFIX ?= /usr/local
## folder that stands for / while a package is made
DESTDIR ?=

# Without HOME, the home of this user.  The program and the scripts (images/cache-place.bash) choose the same.
user_home = $(or $(HOME),$(shell getent passwd "$$(id -u)" | cut -d: -f6),\
	$(error no cache folder: set HOME, XDG_CACHE_HOME or CACHE))

# The variables above that have a line of help.
variables := $(shell awk '/^\#\# / { d = 1; next } d && $$2 ~ /^[?]?=$$/ { print $$1 } { d = 0 }' Makefile)
ifeq ($(strip $(CACHE)),)
$(error CACHE is empty: name a folder, or leave it out)
endif

SHELL := /bin/bash
# What the user's shell exports has no say: Bash takes no functions from it, with -p, and no script gets these.
.SHELLFLAGS := -pc
unexport BASH_ENV CDPATH ENV GREP_OPTIONS POSIXLY_CORRECT TAR_OPTIONS
# A hook of git has these set: its repository is none of ours.
unexport GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_COMMON_DIR GIT_DIR GIT_INDEX_FILE GIT_NAMESPACE GIT_OBJECT_DIRECTORY GIT_WORK_TREE
# mke2fs and the like are in sbin, which is not in the PATH of Debian's users.
export PATH := $(PATH):/usr/sbin:/sbin
# $(call q,TEXT) quotes a text as one word for the shell.  Make splits its own lists at spaces, so the path
# of a target must not have one; files in CACHE and OUT are not targets.
q = '$(subst ','\'',$(1))'
$(foreach v,B TREE,$(if $(word 2,$($v)),$(error $v=$($v) has a space in it, which make and kernel builds do not support: use another path)))
# A shell expands ~ only where it is outside of quotes and begins a word; else a folder of that name would be made.
$(foreach v,A B BOCHS_TARBALL CACHE DESTDIR EDITION IMAGE_FILE JUNIT LINUX NODE_CACHE OUT PREFIX RUBRIC SUBJECTS SUBMISSION TREE WORKLOAD,\
	$(if $(filter ~%,$(firstword $($v))),$(error $v=$($v) begins with ~, which the shell has not expanded: write it outside of quotes, or $$HOME)))
build := $(abspath $(B))
# images/kernels.txt lists the kernels, with the suite of each and the suite of the programs in the L1 host.
# The guest is always bookworm's.
kernels := $(shell sed '/^\#/d; s/ /:/g' images/kernels.txt)
kernel_row := $(subst :, ,$(filter $(KERNEL):%,$(kernels)))
suite := $(word 2,$(kernel_row))
userland := $(word 3,$(kernel_row))
ifeq ($(suite),)
$(error KERNEL=$(KERNEL) is none of $(foreach k,$(kernels),$(firstword $(subst :, ,$k))))
endif
# Backports are added to their suite, so one tree has both.
userland_suite := $(if $(filter $(userland)-backports,$(suite)),$(suite),$(userland))
# HOST=native measures the kernel that runs on this machine, whatever KERNEL says.
native := $(filter native,$(HOST))
release := $(shell uname -r)
tree := $(CACHE)/trees/$(if $(native),running-$(release),build-$(suite))
tree_target := $(if $(native),running-tree,tree-$(suite))
# The name of what is built from the user's own kernel source.
own := $(if $(TREE),own-$(notdir $(abspath $(TREE))))
host_tree := $(if $(TREE),$(TREE),$(CACHE)/trees/build-$(suite))
host_image := $(CACHE)/images/host-$(if $(own),$(own),$(suite))
guest_image := $(CACHE)/images/guest-bookworm
# A submission's modules are kept by its name and, as two can have the same, its place.
submission_key = $(shell printf '%s' $(call q,$(SUBMISSION)) | sed 's|\#.*||; s|/*$$||; s|.*/||' | \
	tr -c 'A-Za-z0-9._-' _ | cut -c -40)-$(shell printf '%s' $(call q,$(abspath .) $(SUBMISSION)) | sha256sum | cut -c -12)
ifneq ($(SUBMISSION),)
ifneq ($(TREE)$(native),)
$(error SUBMISSION= is compiled for a kernel of KERNEL=, in a build tree: leave out TREE= and HOST=native)
endif
module_dir := $(CACHE)/submissions/$(KERNEL)/$(submission_key)
# What a stranger's patch answers is found out, and it is judged by the assignment that fits, unless you say it.
ifeq ($(EDITION)$(LAYOUT),)
EDITION = auto
endif
else
module_dir := $(CACHE)/modules/$(if $(own),$(own),$(if $(native),native-$(release),$(KERNEL)))
endif
patch_dir := $(if $(OUT),$(OUT),$(CACHE)/patches/$(if $(own),$(own),$(KERNEL)))
bochs_dir := $(CACHE)/bochs-3.0
debug_kernel := $(CACHE)/debug-$(KERNEL)
# What the scripts below tests/ test.
export EXITMETER_BUILD = $(build)
export CACHE MIRROR IMAGE_MIRROR IMAGE_HTTP BOCHS_TARBALL LIBVIRT_URI

WARN := -Wall -Wextra -Wmissing-prototypes -Wshadow $(if $(WERROR),-Werror)
# An L1 host has no network, compares nothing and starts no L1: the harness for it is built without libcurl, GSL and
# libseccomp, by FOR_L1=yes.
for_l1 := $(filter yes,$(FOR_L1))
LIBS := libvirt libvirt-qemu jansson libkmod libarchive libgcrypt libxml-2.0 libelf $(if $(for_l1),,libcurl gsl libseccomp)
override CFLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -g $(WARN) $(CFLAGS)
override CPPFLAGS := -Iharness -I$(B)/gen $(CPPFLAGS)
lib_cflags = $(shell pkg-config --cflags $(LIBS))
lib_libs = $(shell pkg-config --libs $(LIBS)) -lpthread -lm

generated := $(B)/gen/reasons.gen.h $(B)/gen/published.gen.h $(B)/gen/version.gen.h
generated += $(B)/gen/editions.gen.h $(B)/gen/rubrics.gen.h $(B)/gen/style.gen.h
objects := $(patsubst harness/%.c,$(B)/obj/%.o,$(filter-out \
	harness/image/fetch_$(if $(for_l1),curl,none).c harness/stats/random_$(if $(for_l1),gsl,none).c \
	harness/vm/sandbox_filter_$(if $(for_l1),seccomp,none).c harness/probe/%,$(wildcard harness/*/*.c)))
library := $(filter-out $(B)/obj/command/main.o,$(objects))
unit_tests := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*/test_*.c))

.PHONY: help deps kit host-program install uninstall prepare image images keyring tree running-tree guest-image host-image bochs modules source patches measure shell \
	reload restore status replay screenshot grade grades compare config doctor check unit fuzz test test-mutants test-kernels test-debug test-selftests test-all repeat bench lint lint-rooms lint-docs test-objects \
	lint-kernel clean FORCE
.DELETE_ON_ERROR:

help: ## print this list
	@echo "exitmeter: how often, why and for how long a guest leaves guest mode"; echo
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22
	@echo; echo "Variables with their values, for make's command line; those from CACHE on may also be in the environment:"
	@printf '%s\n' $(foreach v,$(variables),$(call q,$v=$($v))) | awk '\
		NR == FNR { i = index($$0, "="); now[substr($$0, 1, i - 1)] = substr($$0, i + 1); next } \
		sub(/^## /, "") { text = $$0; next } \
		text != "" && $$1 in now { long = length(now[$$1]) > 12; \
			printf("  %-13s %-12s %s\n", $$1, long ? "" : now[$$1], text); \
			if (long) printf("  %-13s %-12s %s\n", "", "", now[$$1]) } \
		{ text = "" }' - Makefile
	@echo; echo "Kernels: $(foreach k,$(kernels),$(firstword $(subst :, ,$k)))"

deps: ## install the packages that are missing on this machine (apt-get)
	@ci/install-deps

# --- the program and the probe ------------------------------------------------

kit := $(B)/exitmeter $(B)/probe $(B)/host-init $(patsubst cloud-init/%,$(B)/cloud-init/%,$(wildcard cloud-init/*.in)) \
	$(B)/kernels.txt $(patsubst images/%,$(B)/%,$(wildcard images/manifests/*))
kit: $(kit) ## build the harness and the probe

$(B)/exitmeter: $(objects)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(lib_libs)

$(B)/obj/%.o: harness/%.c | $(generated)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) $(lib_cflags) -MMD -MP -c -o $@ $<

$(B)/gen/published.gen.h: harness/report/gen-published harness/report/published.csv
	@mkdir -p $(@D)
	harness/report/gen-published > $@

rubrics := $(wildcard kernel-patch/editions/*.rubric.csv)
editions := $(sort $(wildcard kernel-patch/editions/*.edition))
$(B)/gen/editions.gen.h: harness/report/gen-texts $(editions)
	@mkdir -p $(@D)
	harness/report/gen-texts edition_texts $(editions) > $@

$(B)/gen/rubrics.gen.h: harness/report/gen-texts $(rubrics)
	@mkdir -p $(@D)
	harness/report/gen-texts builtin_rubrics $(rubrics) > $@

$(B)/gen/style.gen.h: harness/report/gen-texts harness/report/style.css
	@mkdir -p $(@D)
	harness/report/gen-texts builtin_styles harness/report/style.css > $@

# The file is replaced only if the version has changed, so that a new commit compiles only what prints it.
$(B)/gen/version.gen.h: FORCE
	@mkdir -p $(@D)
	@harness/version --header > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(B)/gen/reasons.gen.h: kernel-patch/gen-reasons $(wildcard kernel-patch/reasons/*.csv)
	@mkdir -p $(@D)
	kernel-patch/gen-reasons --harness > $@

$(B)/probe: $(wildcard harness/probe/*.[ch]) $(B)/gen/reasons.gen.h
	$(PROBE_CC) -std=gnu11 -D_GNU_SOURCE -Os -s -static -Wl,-z,noseparate-code -fno-asynchronous-unwind-tables $(WARN) -Iharness/probe -I$(B)/gen -o $@ $(wildcard harness/probe/*.c)

$(B)/host-init: images/host-init
	@mkdir -p $(@D)
	install -m 755 $< $@

$(B)/cloud-init/%: cloud-init/%
	@mkdir -p $(@D)
	install -m 644 $< $@

$(B)/kernels.txt: images/kernels.txt
	@mkdir -p $(@D)
	install -m 644 $< $@

$(B)/manifests/%: images/manifests/%
	@mkdir -p $(@D)
	install -m 644 $< $@

-include $(wildcard $(B)/obj/*/*.d)

# --- installation ---------------------------------------------------------------

# The program finds its kit from its own place: PREFIX/bin/exitmeter, PREFIX/lib/exitmeter.
installed = $(DESTDIR)$(PREFIX)
installed_kit = $(filter-out $(B)/exitmeter,$(kit)) $(wildcard $(B)/host/*/exitmeter)

install: kit ## install the program, its kit, exitmeter(1) and the bash completion, into PREFIX= (below DESTDIR=)
	install -D -m 755 $(B)/exitmeter $(call q,$(installed)/bin/exitmeter)
	rm -rf $(call q,$(installed)/lib/exitmeter)
	for file in $(installed_kit:$(B)/%=%); do \
		mode=$$([ -x "$(B)/$$file" ] && echo 755 || echo 644); \
		install -D -m "$$mode" "$(B)/$$file" $(call q,$(installed)/lib/exitmeter)/"$$file" || exit; done
	install -d -m 755 $(call q,$(installed)/share/man/man1) $(call q,$(installed)/share/bash-completion/completions)
	$(B)/exitmeter manual > $(call q,$(installed)/share/man/man1/exitmeter.1)
	$(B)/exitmeter completion bash > $(call q,$(installed)/share/bash-completion/completions/exitmeter)
	chmod 644 $(call q,$(installed)/share/man/man1/exitmeter.1) \
		$(call q,$(installed)/share/bash-completion/completions/exitmeter)
uninstall: ## remove what `make install` installed
	rm -rf $(call q,$(installed)/lib/exitmeter)
	rm -f $(call q,$(installed)/bin/exitmeter) $(call q,$(installed)/share/man/man1/exitmeter.1) \
		$(call q,$(installed)/share/bash-completion/completions/exitmeter)

# --- images and modules: the scripts themselves know what is up to date ---------

force := $(if $(FORCE),--force)

# Trees hold old programs of distributions: they are for this user, and for root, alone.
private_trees = mkdir -p $(call q,$(CACHE)/trees) && { chmod 700 $(call q,$(CACHE)/trees) 2> /dev/null || true; }
tree-%: FORCE
	@$(private_trees)
	@images/build-tree $(force) --suite $* $(call q,$(CACHE)/trees/build-$*)
running-tree:
	@$(private_trees)
	@images/build-running-tree $(force) $(call q,$(tree))
tree: $(tree_target)
guest-image:
	@images/build-guest $(force) $(call q,$(guest_image))
host-image: $(if $(TREE),,tree-$(suite))
	@images/build-host $(force) --suite $(userland) --tree $(call q,$(host_tree)) $(call q,$(host_image))
bochs: ## build Bochs with VMX and SVM, for HOST=emulated-vmx and ARGS=--deterministic
	@images/build-bochs $(force) $(call q,$(bochs_dir))
# Our own counters go into TREE: one that has others is not for this.
check_tree = $(if $(TREE),@kernel-patch/check-own-tree $(call q,$(TREE)))
# What was handed in and does not compile is a result, which `make measure` reports.
judge_failure =
may_fail = $(if $(and $(judge_failure),$(SUBMISSION)),|| { [ $$? -eq 1 ] && [ -f $(call q,$(module_dir))/build-failed.txt ]; })
modules: $(if $(TREE),,$(tree_target)) ## build the patched KVM modules for KERNEL=, HOST=native or your own source, TREE=; or those of SUBMISSION=
	$(check_tree)
	@$(if $(SUBMISSION),kernel-patch/build-submission $(force) --from $(call q,$(SUBMISSION)) \
		$(if $(BASE),--base $(call q,$(BASE))) $(if $(LINUX),--linux $(call q,$(LINUX))),\
		kernel-patch/build-modules $(force)) --tree $(call q,$(if $(TREE),$(TREE),$(tree))) $(call q,$(module_dir)) $(may_fail)
source: $(tree_target) ## write KVM's source of KERNEL= as a git repository to OUT=, for making a patch there
	$(if $(OUT),,$(error OUT= names the folder to make))
	@kernel-patch/make-source --tree $(call q,$(tree)) $(call q,$(OUT))
patches: $(if $(TREE),,$(tree_target)) ## write the patches for git am into OUT= (default: CACHE/patches/KERNEL)
	$(check_tree)
	@kernel-patch/make-patches $(force) --tree $(call q,$(if $(TREE),$(TREE),$(tree))) $(call q,$(patch_dir))
# The harness is compiled again with the libraries of the L1 host.
harness := $(B)/host/$(userland)/exitmeter
host-program: $(harness)
$(harness): tree-$(userland_suite) FORCE
	@harness/build-in-tree --tree $(call q,$(CACHE)/trees/build-$(userland_suite)) $@
images: host-image guest-image bochs ## build the host image (L1), the guest image (L2) and Bochs

keyring: ## get the keys of Ubuntu's cloud images if the machine does not have them
	@images/build-keyring $(force) $(call q,$(CACHE)/keyrings)
image: kit ## fetch and verify a cloud image: make image IMAGE=ubuntu-24.04 (without IMAGE: list them)
	$(if $(filter-out debian-%,$(IMAGE)),@$(MAKE) --no-print-directory -s keyring)
	@$(B)/exitmeter image $(if $(FORCE),--refresh) --cache $(call q,$(CACHE)) $(if $(IMAGE),$(call q,$(IMAGE)))

# Without IMAGE, a run takes the guest image or a cloud image, depending on whether the server answers.
own_image := $(IMAGE_FILE)$(filter-out built,$(IMAGE))
may_fetch := $(if $(filter micro,$(GUEST))$(IMAGE_FILE)$(filter built debian-%,$(IMAGE)),,yes)

# If the keyring cannot be had, the run reports that.
prepare: kit $(if $(filter cloud,$(GUEST)),$(if $(own_image),,guest-image),guest-image) modules $(if $(filter native,$(HOST)),,host-image $(harness)) \
	$(if $(filter emulated-vmx,$(HOST))$(filter uefi,$(FIRMWARE))$(findstring --deterministic,$(ARGS)),bochs)
	$(if $(may_fetch),@images/build-keyring $(call q,$(CACHE)/keyrings) || true)

# --- what a user does ------------------------------------------------------------

pieces = --host-image $(call q,$(host_image)) --guest-image $(call q,$(guest_image)) \
	--module-dir $(call q,$(module_dir)) --bochs $(call q,$(bochs_dir))
judge_by = $(if $(EDITION),--edition $(call q,$(EDITION))) $(if $(LAYOUT),--layout $(call q,$(LAYOUT)))
run_args = --host $(call q,$(HOST)) --guest $(call q,$(GUEST)) --scenario $(if $(WORKLOAD),workload,$(call q,$(SCENARIO))) $(judge_by) \
	$(if $(filter micro,$(GUEST)),,--firmware $(call q,$(FIRMWARE))) \
	--scope $(call q,$(SCOPE)) --modules $(call q,$(MODULES)) --sdm $(call q,$(SDM)) --vcpus $(call q,$(VCPUS)) --memory $(call q,$(MEMORY)) --cache $(call q,$(CACHE)) \
	$(if $(OUT),--out $(call q,$(OUT))) $(if $(FORCE),--saved-host anew) \
	$(if $(WORKLOAD),--workload $(call q,$(WORKLOAD)) --timeout-workload $(call q,$(WORKLOAD_LIMIT))) \
	$(if $(IMAGE),--image $(call q,$(IMAGE))) $(if $(IMAGE_FILE),--image-file $(call q,$(IMAGE_FILE))) $(pieces) \
	$(if $(PAGING),--paging $(call q,$(PAGING))) $(if $(TIMELINE),--timeline $(call q,$(TIMELINE))) $(ARGS)

# --dry-run refuses a wrong value before anything is built, which may take minutes.
measure: deps ## build all that is needed, boot a guest, measure it, judge and report
	@$(MAKE) --no-print-directory -s kit
	@$(B)/exitmeter run --dry-run $(run_args) > /dev/null
	@mkdir -p $(call q,$(CACHE))
	$(if $(and $(TREE),$(filter-out native,$(HOST))),@$(MAKE) --no-print-directory -s host-image)
	@$(MAKE) --no-print-directory -s -j2 prepare judge_failure=yes
	@$(B)/exitmeter run $(run_args)

# A shell measures nothing, so it takes what says how a guest is booted.
shell_args = --host $(call q,$(HOST)) --guest $(call q,$(GUEST)) $(judge_by) $(if $(filter micro,$(GUEST)),,--firmware $(call q,$(FIRMWARE))) \
	--scope $(call q,$(SCOPE)) --modules $(call q,$(MODULES)) --vcpus $(call q,$(VCPUS)) --memory $(call q,$(MEMORY)) --cache $(call q,$(CACHE)) \
	$(if $(IMAGE),--image $(call q,$(IMAGE))) $(if $(IMAGE_FILE),--image-file $(call q,$(IMAGE_FILE))) $(pieces) \
	$(if $(PAGING),--paging $(call q,$(PAGING))) $(ARGS)
shell: deps ## boot a guest as make measure does, and give you its console: Ctrl-] ends it
	@[ -t 0 ] && [ -t 1 ] || { echo "make shell: you type at it, so it wants a terminal, without a pipe or a redirection" >&2; exit 2; }
	@$(MAKE) --no-print-directory -s kit
	@$(B)/exitmeter shell --dry-run $(shell_args) > /dev/null
	@mkdir -p $(call q,$(CACHE))
	$(if $(and $(TREE),$(filter-out native,$(HOST))),@$(MAKE) --no-print-directory -s host-image)
	@$(MAKE) --no-print-directory -s -j2 prepare
	@$(B)/exitmeter shell $(shell_args)

# These three are for people who want to keep the patched modules loaded on this machine.
reload: kit ## load the patched modules into this machine's kernel and keep them; ARGS=--dry-run only shows how
	@$(MAKE) --no-print-directory -s modules HOST=native
	@$(as_root) $(B)/exitmeter reload $(if $(LAYOUT),--layout $(call q,$(LAYOUT))) --scope $(call q,$(SCOPE)) $(if $(PAGING),--paging $(call q,$(PAGING))) --cache $(call q,$(CACHE)) \
		--module-dir $(call q,$(CACHE)/modules/native-$(release)) $(ARGS)
restore: kit ## load KVM's stock modules again
	@$(as_root) $(B)/exitmeter restore
status: kit ## show which KVM modules are loaded, and who uses them
	@$(B)/exitmeter status --module-dir $(call q,$(CACHE)/modules/native-$(release))
as_root = $(if $(filter 0,$(shell id -u)),,sudo)

# Which vendor a subject changes is known only when it is built, so both emulators are made.
grade: deps ## measure a class, SUBJECTS=, each subject by a run of its own; the same command goes on where it was stopped
	$(if $(SUBJECTS),,$(error SUBJECTS= names the class: a folder with an entry for each subject, or a list in CSV))
	@$(MAKE) --no-print-directory -s -j2 prepare bochs FORCE= SUBMISSION=
	@$(foreach k,$(KERNELS),$(MAKE) --no-print-directory -s tree host-image host-program KERNEL=$(call q,$k) FORCE= SUBMISSION= &&) true
ifeq ($(ENGINE),local)
	@$(grade_class) $(grade_again) $(if $(JOBS),--jobs $(call q,$(JOBS)))
else
	@dir=$$($(grade_class) --plan $(grade_again)) && $(submit) "$$dir" && $(grade_class) --measured
endif

grade_class = $(B)/exitmeter grade --subjects $(call q,$(SUBJECTS)) --host $(call q,$(HOST)) --guest $(call q,$(GUEST)) \
	$(judge_by) \
	--sdm $(call q,$(SDM)) $(grade_vcpus) --memory $(call q,$(MEMORY)) --cache $(call q,$(CACHE)) \
	--builder $(call q,$(abspath kernel-patch/build-submission)) --tree $(call q,$(tree)) \
	$(if $(BASE),--base $(call q,$(BASE))) $(if $(LINUX),--linux $(call q,$(LINUX))) \
	$(if $(KERNELS),--kernels $(call q,$(KERNELS))) \
	$(if $(PAGING),--paging $(call q,$(PAGING))) $(if $(OUT),--out $(call q,$(OUT))) $(judge_points) $(pieces) $(ARGS)
# A class is measured with several vCPUs, unless the command line says how many.
grade_vcpus = $(if $(filter command override,$(origin VCPUS)),--vcpus $(call q,$(VCPUS)))
grade_again = $(if $(ONLY),--only $(call q,$(ONLY))) $(if $(FORCE),--force)
# Where a batch is carried out: here, or by Slurm, whose end is then waited for.
submit = $(B)/exitmeter batch submit --engine $(call q,$(ENGINE)) --wait $(if $(SHARDS),--shards $(call q,$(SHARDS))) \
	$(if $(NODE_CACHE),--node-cache $(call q,$(NODE_CACHE))) $(if $(JOBS),--jobs $(call q,$(JOBS)))
judge_points = $(if $(RUBRIC),--rubric $(call q,$(RUBRIC)))
grades: kit ## write the grades of a class anew, as with another RUBRIC= or EDITION=: make grades OUT=dir
	$(if $(OUT),,$(error OUT= names the folder that make grade has left))
	@$(B)/exitmeter grades --cache $(call q,$(CACHE)) $(if $(EDITION),--edition $(call q,$(EDITION))) $(judge_points) $(ARGS) $(call q,$(OUT))

replay: kit ## judge a saved run again: make replay OUT=dir
	@$(B)/exitmeter replay $(call q,$(if $(OUT),$(OUT),$(CACHE)/runs/latest))

# A page that is higher than the window is cut off, so the window is as high as a page gets.
screenshot: replay ## make a picture of a run's report.html, with Chromium: make screenshot OUT=dir
	@command -v chromium >/dev/null || { echo "make screenshot: Chromium is not installed: apt install chromium" >&2; exit 1; }
	@chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,3800 \
		--screenshot=$(call q,$(abspath $(B))/report.png) file://$(call q,$(abspath $(if $(OUT),$(OUT),$(CACHE)/runs/latest)))/report.html >/dev/null 2>&1
	@echo $(call q,$(abspath $(B))/report.png)

doctor: kit ## show what this machine can do, and how to get what is missing; ARGS=--json
	@$(B)/exitmeter check --host $(call q,$(HOST)) --memory $(call q,$(MEMORY)) --cache $(call q,$(CACHE)) \
		--host-image $(call q,$(host_image)) --module-dir $(call q,$(CACHE)/modules/$(KERNEL)) $(ARGS)

# --- tests -----------------------------------------------------------------------

unit: $(unit_tests)
test_args = --build $(call q,$(build)) $(if $(JOBS),--jobs $(call q,$(JOBS))) $(if $(JUNIT),--junit $(call q,$(JUNIT)))

# Unit tests run under ASan and UBSan, with objects of their own.
SAN := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
$(B)/unit/%: $(B)/san/tests/%.o $(patsubst $(B)/obj/%,$(B)/san/%,$(library))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(SAN) -o $@ $^ $(lib_libs) -lcmocka
# A test of its own object: so what it includes, as a fuzz target or a header of tests/unit/support, is known.
$(B)/san/tests/%.o: tests/unit/%.c | $(generated)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -Itests/unit $(lib_cflags) $(SAN) -MMD -MP -c -o $@ $<

# This test takes the place of a domain.
$(B)/unit/guest/test_guest_watch $(B)/unit/guest/test_guest_limits: lib_libs += -Wl,--wrap=domain_poll,--wrap=domain_reboots,--wrap=domain_bytes_read

$(B)/san/%.o: harness/%.c | $(generated)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) $(lib_cflags) $(SAN) -MMD -MP -c -o $@ $<
.SECONDARY: $(patsubst $(B)/obj/%,$(B)/san/%,$(library)) $(patsubst tests/unit/%.c,$(B)/san/tests/%.o,$(wildcard tests/unit/*/test_*.c))
-include $(wildcard $(B)/san/*/*.d $(B)/san/tests/*/*.d)

# The parsers of a guest's and a strange kernel's output run under libFuzzer: see tests/fuzz/README.md.
fuzz_targets := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
$(B)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/fuzz.h $(patsubst $(B)/obj/%,$(B)/fuzz/obj/%,$(library))
	clang $(CFLAGS) $(CPPFLAGS) $(lib_cflags) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $(filter-out %.h,$^) $(lib_libs)

$(B)/fuzz/obj/%.o: harness/%.c | $(generated)
	@mkdir -p $(@D)
	clang $(CFLAGS) $(CPPFLAGS) $(lib_cflags) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<
.SECONDARY: $(patsubst $(B)/obj/%,$(B)/fuzz/obj/%,$(library))
-include $(wildcard $(B)/fuzz/obj/*/*.d)

# Debian has libFuzzer in a package of its own, and Ubuntu 22.04 in one that clang depends on, so no line of
# ci/packages fits both.
fuzz: deps ## fuzz every parser of untrusted input for SECONDS each
	@echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | clang -fsanitize=fuzzer,address -x c -o /dev/null - 2> /dev/null || \
		{ echo "make fuzz: clang has no libFuzzer here: apt-get install libclang-rt-dev" >&2; exit 77; }
	@$(MAKE) --no-print-directory -s -j2 $(fuzz_targets)
	@tests/fuzz/run --build $(call q,$(B)/fuzz) --seconds $(call q,$(SECONDS))

check: deps ## run the tests that need no VM
	@$(MAKE) --no-print-directory -s -j2 kit unit
	@tests/run --no-vm $(test_args)

test: deps ## run the tests, including those that boot VMs
	@mkdir -p $(call q,$(CACHE))
	@$(MAKE) --no-print-directory -s -j2 kit unit prepare bochs
	@KERNEL=$(call q,$(KERNEL)) tests/run $(test_args)

repeat_guest = $(if $(filter file,$(origin GUEST)),micro,$(GUEST))
repeat_host = $(if $(filter auto,$(HOST)),emulated-vmx,$(HOST))
repeat: deps ## prove that an emulated host repeats itself: make repeat N=3 HOST=emulated-svm GUEST=micro
	@$(MAKE) --no-print-directory -s kit
	@$(B)/exitmeter run --dry-run --deterministic --host $(call q,$(repeat_host)) --guest $(call q,$(repeat_guest)) > /dev/null
	@$(MAKE) --no-print-directory -s -j2 prepare HOST=$(call q,$(repeat_host)) ARGS=--deterministic
	@tests/experiments/repeat $(call q,$(N)) $(call q,$(repeat_guest)) --host $(call q,$(repeat_host)) $(pieces) $(ARGS)

# --- many runs --------------------------------------------------------------------

# Each side is a configuration, made by a make of its own with that side's variables.
side_words = $(foreach w,$(1),$(call q,$w))
make_side = $(MAKE) --no-print-directory -s B=$(B) OUT= $(call side_words,$(1))
batches := $(if $(wildcard $(firstword $(A))/plan.json),$(if $(wildcard $(firstword $(side_b))/plan.json),yes))
compare_runs = $(if $(filter file,$(origin N)),20,$(N))
compare: deps ## compare two sides, N runs of each, interleaved: make compare A='KERNEL=6.1' B='KERNEL=6.12' N=20
	$(if $(and $(A),$(side_b)),,$(error A= and B= say what is compared, as A='KERNEL=6.1' B='KERNEL=6.12'))
	@$(MAKE) --no-print-directory -s B=$(B) kit
ifeq ($(batches),)
	@mkdir -p $(B)/compare $(call q,$(CACHE))
	@$(call make_side,$(A)) prepare && $(call make_side,$(A)) config > $(B)/compare/A.json
	@$(call make_side,$(side_b)) prepare && $(call make_side,$(side_b)) config > $(B)/compare/B.json
	@dir=$$($(B)/exitmeter batch plan --runs $(call q,$(compare_runs)) --cache $(call q,$(CACHE)) $(if $(OUT),--out $(call q,$(OUT))) \
		--variant $(call q,A $(A)=$(B)/compare/A.json) --variant $(call q,B $(side_b)=$(B)/compare/B.json)) || exit; \
	$(submit) "$$dir" >/dev/null; code=$$?; \
	case $$code in 0|1|3) $(B)/exitmeter batch compare "$$dir" ;; *) exit $$code ;; esac
else
	@$(B)/exitmeter batch compare $(call q,$(A)) $(call q,$(side_b))
endif

# What `batch plan --variant NAME=FILE` takes.
config: kit
	@$(B)/exitmeter batch config $(run_args)

test-kernels: deps ## measure the micro guest on each kernel, and print a line for each
	@tests/experiments/measure-kernels

test-mutants: deps ## prove the clauses by wrong patches, each of which must fail by its clause
	@$(MAKE) --no-print-directory -s -j2 prepare bochs HOST=emulated-svm
	@KERNEL=$(call q,$(KERNEL)) tests/mutants/run $(if $(OUT),--out $(call q,$(OUT))) $(foreach m,$(MUTANTS),$(call q,$m))

test-debug: deps ## test the counter code on a kernel with KASAN, lockdep and kmemleak (ten minutes to build)
	@$(MAKE) --no-print-directory -s tree-$(suite)
	@tests/kernel/builders/build-debug $(force) --tree $(call q,$(CACHE)/trees/build-$(suite)) $(call q,$(debug_kernel))
	@kernel-patch/build-modules $(force) --tree $(call q,$(debug_kernel)) $(call q,$(CACHE)/modules/debug-$(KERNEL))
	@for init in stress scope abi; do \
		echo "$$init:"; TIMEOUT=900 tests/kernel/abi/boot --init $$init $(call q,$(debug_kernel)) \
			$(call q,$(CACHE)/modules/debug-$(KERNEL)) || exit; done

test-selftests: deps ## run the kernel's own KVM selftests on the stock and on the patched KVM
	@$(MAKE) --no-print-directory -s modules
	@tests/kernel/selftests/build $(force) --tree $(call q,$(tree)) $(call q,$(CACHE)/kvm-selftests-$(KERNEL))
	@tests/kernel/selftests/run $(call q,$(tree)) $(call q,$(module_dir)) $(call q,$(CACHE)/kvm-selftests-$(KERNEL))

test-all: deps ## run all tests, also the long ones: each kernel, the cloud guest on VMX
	@mkdir -p $(call q,$(CACHE))
	@$(MAKE) --no-print-directory -s -j2 kit unit prepare bochs
	@KERNEL=$(call q,$(KERNEL)) tests/run --long $(test_args)

bench: deps ## measure how long each phase takes with a warm cache, what a batch and the counters cost, and 6.1 against 6.12 (hours)
	@$(MAKE) --no-print-directory -s -j2 prepare bochs
	@tests/experiments/bench
	@for host in emulated-svm emulated-vmx; do tests/experiments/bench-batch 4 $$host/micro && tests/experiments/bench-batch 2 $$host/cloud || exit; done
	@tests/experiments/compare-kernels
	@tests/kernel/cost/run $(call q,$(tree)) $(call q,$(module_dir)) $(call q,$(CACHE)/modules/$(KERNEL)-naive)
	@tests/kernel/cost/boot $(call q,$(tree)) $(call q,$(module_dir))

# The tests' C, compiled and not linked: an error of the kit's compilers is found where one looks for it, and not by a user.
$(B)/tests/%.o: tests/%.c | $(generated)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -Itests/unit -Itests/kernel $(lib_cflags) -c -o $@ $<
test_objects := $(patsubst %.c,$(B)/%.o,$(wildcard tests/fixtures/*.c tests/fuzz/*.c tests/inside/*/*.c tests/kernel/*.c \
	tests/kernel/*/*.c tests/unit/*/*.c))
test-objects: $(test_objects)

# All shell scripts of the repository, by their first line.
scripts = $(shell ci/list-scripts)

lint-rooms: ## check the includes in harness/ by the rule which room may include which
	@harness/lint-rooms

lint-docs: ## check the links in the documents, and the size of the README
	@ci/lint-docs

lint: deps lint-rooms lint-docs ## compile with gcc and clang, run shellcheck, and check the workflows of ci/
	@for cc in gcc clang; do $(MAKE) --no-print-directory -s -j2 B=$(B)/lint-$$cc CC=$$cc WERROR=1 kit test-objects || exit 1; done
	$(if $(scripts),,$(error ci/list-scripts found no script to check))
	@shellcheck -x -P SCRIPTDIR $(scripts)
	@shellcheck -x -P SCRIPTDIR --include=SC2314,SC2315 $(wildcard tests/*/*.bats) # a "!" that fails no test
	@ci/lint-workflows

lint-kernel: tree-$(suite) deps ## check the counter code by W=1, sparse, checkpatch and kernel-doc
	@kernel-patch/lint --tree $(call q,$(tree))

clean: ## remove what was built in the checkout; the cache stays
	rm -rf $(B)
