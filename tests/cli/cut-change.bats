#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# kernel-patch/cut-change puts the lines of a submission's author into another kernel, and tells them from Linux's own.
# The kernels here are a few lines each: old, one between that nobody knows, and new.

setup() {
	TOP=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	C=$BATS_TEST_TMPDIR/c
	mkdir -p "$C"/in/{submission,bases/{0,1},target} "$C/out"
	sed 's/^\t//' > "$C/old.c" <<'END'
	static int limit;

	int kvm_emulate_cpuid(struct kvm_vcpu *vcpu)
	{
		u32 eax;

		eax = kvm_rax_read(vcpu);
		kvm_cpuid(vcpu, &eax);
		kvm_rax_write(vcpu, eax);
		return 1;
	}

	static int vmx_handle_exit(struct kvm_vcpu *vcpu)
	{
		u32 exit_reason = vmx->exit_reason;
		int nr = 3;

		trace_first(vcpu, nr);
		if (exit_reason == EXIT_REASON_HLT)
			return kvm_emulate_halt(vcpu);
		else if (exit_reason == EXIT_REASON_CPUID)
			return kvm_emulate_cpuid(vcpu);
		return handlers[nr](vcpu);
	}
END
	# What only the unknown kernel has is neither the author's nor the new kernel's.
	sed -e 's/^static int limit;/static int brief_limit;/' -e 's/trace_first/trace_in_between/' "$C/old.c" > "$C/between.c"
	sed -e 's/^static int limit;/static long limit;\nstatic int more;/' -e 's/u32 exit_reason/union vmx_exit_reason exit_reason/' \
		-e 's/(exit_reason ==/(exit_reason.basic ==/' -e '/int nr = 3/a\	int last = 4;' "$C/old.c" > "$C/new.c"
	cp "$C/old.c" "$C/in/bases/0/vmx.c"
	cp "$C/new.c" "$C/in/bases/1/vmx.c"
	cp "$C/new.c" "$C/in/target/vmx.c"
}

# change: what the author has made of the file on standard input.
change() {
	sed -e 's/^static int \(brief_\)*limit;/&\nu32 my_exits;\nu64 cycles;/' \
		-e 's/^\tkvm_cpuid(vcpu, &eax);/\tif (eax == 0x4FFFFFFF) {\n\t\teax = my_exits;\n\t} else {\n\t\tkvm_cpuid(vcpu, \&eax);\n\t}/' \
		-e 's/^\ttrace_.*/&\n\tmy_exits++;\n\tcycles += my_exits;\n\tlast_seen(exit_reason);/'
}

cut_change() { "$TOP/kernel-patch/cut-change" "$C/in" "$C/out" "$@"; }

result() { diff "$C/new.c" "$C/out/result/vmx.c" | sed -n 's/^[<>]/&/p'; }

@test "of a file of an unknown kernel the author's lines go into the new one, and nothing else" {
	change < "$C/between.c" > "$C/in/submission/vmx.c"
	run cut_change
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *$'left\t2'* ]]
	diff - <(result) <<'END'
> u32 my_exits;
> u64 cycles;
< 	kvm_cpuid(vcpu, &eax);
> 	if (eax == 0x4FFFFFFF) {
> 		eax = my_exits;
> 	} else {
> 		kvm_cpuid(vcpu, &eax);
> 	}
> 	my_exits++;
> 	cycles += my_exits;
> 	last_seen(exit_reason.full);
END
	[[ $output == *$'renamed\texit_reason is exit_reason.full'* ]]
	[ "$(grep -c 'brief_limit\|in_between' "$C/out/result/vmx.c")" -eq 0 ]
	# What stood there before the author's lines is known, too.
	diff "$C/between.c" "$C/out/base/vmx.c"
}

@test "lines that differ from Linux's by braces only are the author's, too" {
	change < "$C/between.c" | sed -e 's/^\tif (exit_reason == EXIT_REASON_HLT)/& {/' \
		-e 's/^\t\treturn kvm_emulate_halt(vcpu);/\t\tmy_exits += 2;\n&/' -e 's/^\telse if (exit_reason == EXIT_REASON_CPUID)/\t} else if (exit_reason == EXIT_REASON_CPUID) {/' \
		-e 's/^\t\treturn kvm_emulate_cpuid(vcpu);/&\n\t}/' > "$C/in/submission/vmx.c"
	cp "$C/old.c" "$C/in/target/vmx.c"
	cut_change
	diff "$C/old.c" "$C/out/result/vmx.c" > "$C/diff" || true
	grep -qx '> 	if (exit_reason == EXIT_REASON_HLT) {' "$C/diff"
	grep -qx '> 	} else if (exit_reason == EXIT_REASON_CPUID) {' "$C/diff"
	[ "$(tr -cd '{' < "$C/out/result/vmx.c" | wc -c)" -eq "$(tr -cd '}' < "$C/out/result/vmx.c" | wc -c)" ]
}

@test "what Linux calls otherwise in one kernel is the same line with braces all the same" {
	sed -e '/^\tif (exit_reason/i\	check(vcpu);' -i "$C"/*.c "$C/in/target/vmx.c" "$C"/in/bases/*/vmx.c
	sed -e 's/u32 exit_reason/union vmx_exit_reason exit_reason/' -e 's/(exit_reason ==/(exit_reason.basic ==/' -i "$C/in/bases/0/vmx.c"
	change < "$C/between.c" | sed -e 's/^\t\(else \)*if (exit_reason.*/& {/' \
		-e '/if (exit_reason.*{/,/return/s/^\t\treturn .*/\t\tcycles--;\n&\n\t}/' > "$C/in/submission/vmx.c"
	run cut_change
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(tr -cd '{' < "$C/out/result/vmx.c" | wc -c)" -eq "$(tr -cd '}' < "$C/out/result/vmx.c" | wc -c)" ]
	[ "$(grep -c 'cycles--' "$C/out/result/vmx.c")" -eq 2 ]
	[ "$(grep -c 'EXIT_REASON_HLT) {$' "$C/out/result/vmx.c")" -eq 1 ]
}

@test "a function that its author has put into a comment, to write it anew below, is not taken for code" {
	change < "$C/between.c" | sed -n '/^int kvm_emulate_cpuid/,/^}/p' > "$C/mine"
	{
		change < "$C/between.c" | sed '/^int kvm_emulate_cpuid/,$d'
		echo '/* what Linux has'
		sed -n '/^int kvm_emulate_cpuid/,/^}/p' "$C/between.c"
		echo '*/'
		cat "$C/mine"
		change < "$C/between.c" | sed '1,/^}/d'
	} > "$C/in/submission/vmx.c"
	run cut_change
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^int kvm_emulate_cpuid' "$C/out/result/vmx.c")" -eq 1 ]
	[ "$(grep -c 'kvm_cpuid(vcpu, &eax)' "$C/out/result/vmx.c")" -eq 1 ]
	diff <(sed '/^$/d' "$C/mine") <(sed -n '/^int kvm_emulate_cpuid/,/^}/p' "$C/out/result/vmx.c" | sed '/^$/d')
}

@test "a comment in Linux's own manner stays, and so does what is in a string" {
	change < "$C/between.c" | sed -e 's|^\tmy_exits++;|\t/*\n\t * my_exits; counts {\n\t */\n&\n\ttell_exits("/* my_exits;");|' > "$C/in/submission/vmx.c"
	run cut_change
	[ "$status" -eq 0 ]
	grep -q 'my_exits; counts {' "$C/out/result/vmx.c"
	grep -q 'tell_exits("/\* my_exits;");' "$C/out/result/vmx.c"
	grep -q 'cycles += my_exits' "$C/out/result/vmx.c"
}

@test "where the base is known all that differs is the author's, also what was taken away" {
	change < "$C/old.c" | sed -e 's/^\tint nr = 3;/\tint nr = 5;/' -e '/^\tkvm_rax_write/d' > "$C/in/submission/vmx.c"
	cut_change known
	result > "$C/diff"
	grep -qx '> 	int nr = 5;' "$C/diff"
	grep -qx '< 	int nr = 3;' "$C/diff"
	grep -qx '< 	kvm_rax_write(vcpu, eax);' "$C/diff"
	grep -qx '	int last = 4;' "$C/out/result/vmx.c"
}

@test "a line whose neighbours the new kernel has not got has no place, and then there is no result" {
	change < "$C/old.c" > "$C/in/submission/vmx.c"
	sed -i -e 's/trace_first.*/else_where();\n\tone_more();/' -e 's/(exit_reason.basic == EXIT_REASON_HLT)/(is_halt)/' "$C/in/target/vmx.c"
	run cut_change
	[ "$status" -eq 0 ]
	[ ! -e "$C/out/result/vmx.c" ]
	[[ $output == *"vmx.c: no place for line "* ]]
}

@test "beside a line that the new kernel has indented otherwise, and before one of which it has made another" {
	change < "$C/old.c" > "$C/in/submission/vmx.c"
	sed -i -e 's/^\ttrace_first.*/\telse_where();/' -e 's/^\t\(int last = 4;\)/\t\t\1/' -e 's/^\teax = kvm_rax_read/\t\teax = kvm_rax_read/' "$C/in/target/vmx.c"
	cut_change
	grep -A 3 '^	else_where();' "$C/out/result/vmx.c" | diff - <(printf '\t%s\n' 'else_where();' 'my_exits++;' 'cycles += my_exits;' 'last_seen(exit_reason.full);')
	grep -A 1 '^		eax = kvm_rax_read' "$C/out/result/vmx.c" | grep -qx '	if (eax == 0x4FFFFFFF) {'
}

@test "what takes away a line that the new kernel has not got has no result either" {
	change < "$C/old.c" | sed '/^\tkvm_rax_write/d' > "$C/in/submission/vmx.c"
	sed -i '/^\tkvm_rax_write/d' "$C/in/target/vmx.c"
	cut_change known
	[ ! -e "$C/out/result/vmx.c" ]
}

@test "a file without a leaf or a word of the author's is left alone" {
	cp "$C/between.c" "$C/in/submission/vmx.c"
	run cut_change
	[ "$status" -eq 0 ]
	[[ $output == *$'taken\t0'* ]]
	[ "$(cat "$C/out/result/vmx.c")" = "$(cat "$C/new.c")" ]
}

@test "nothing of a submission is evaluated, whatever its lines and names are" {
	# shellcheck disable=SC2016 # that is the point
	name='$(touch x)@{[system(q(touch y))]}.c'
	for folder in bases/0 bases/1 target; do mv "$C/in/$folder/vmx.c" "$C/in/$folder/$name"; done
	# shellcheck disable=SC2016
	{ change < "$C/between.c"; printf '%s\n' '@{[system("touch z")]} $x = `touch w`; "unclosed (?{ system q(touch v) }) 0x4FFFFFFF' '/*' "'"; } > "$C/in/submission/$name"
	cd "$C"
	run cut_change
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q 'my_exits++' "$C/out/result/$name"
	[ -z "$(find . -name '[vwxyz]' )" ]
}

@test "where a brace would go elsewhere than its own, the author's lines have no place, and that is said" {
	reflect='\tif (nested_reflect(vcpu))\n\t\treturn 1;\n'
	for kernel in old between; do sed -i "s/^\tint nr = 3;/&\n$reflect/" "$C/$kernel.c"; done
	# The new kernel has a block before it that ends as the author's does.
	sed -i "s/^\tint last = 4;/&\n\tif (vmx->emulation_required) {\n\t\tnested_vmexit(vcpu);\n\t\treturn 1;\n\t}\n\n$reflect/" "$C/new.c"
	cp "$C/old.c" "$C/in/bases/0/vmx.c"
	cp "$C/new.c" "$C/in/bases/1/vmx.c"
	cp "$C/new.c" "$C/in/target/vmx.c"
	change < "$C/between.c" | sed -e 's/^\tif (nested_reflect(vcpu))$/\tif (nested_reflect(vcpu)){\n\t\tcycles += my_exits;/' \
		-e '/^\t\treturn 1;$/a\	}' > "$C/in/submission/vmx.c"
	run cut_change
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"vmx.c: line "*" of the target would come into another block"* ]]
	[ ! -e "$C/out/result/vmx.c" ]
}
