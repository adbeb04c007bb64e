# SPDX-License-Identifier: GPL-2.0-only
#
# For cut-change: where a run of lines of a submission belongs in another kernel's file.  A run is [FIRST, LAST].  A FILE
# is one of the submission's: {text} has its lines, {target} those of the kernel that it goes into, {base} those of the
# nearest kernels, all from 1 on.  LIKE has for a line of the submission the number of its like in the other file.
package SourcePlaces;
use strict;
use warnings;
use Exporter qw(import);
use SourceLines;

our @EXPORT = qw(place is_about words_of_run superseded target_place);

# The lines of a known kernel, FROM and TO excluded, that stand where a run stands.
sub place {
	my ($like, $run, $count) = @_;
	my ($before, $after) = ($run->[0] - 1, $run->[1] + 1);
	$before-- while $before > 0 && !$like->[$before];
	$after++ while $after < @$like && !$like->[$after];
	return (($before > 0 ? $like->[$before] : 0) + 1 .. ($after < @$like ? $like->[$after] : $count + 1) - 1);
}

# Whether a line of a known kernel at the place of a run is what the author has made into the run: it is about nothing
# else, or it is mostly about the same and another kernel has it too.
sub is_about {
	my ($line, $about, $other) = @_;
	my $bare = $line =~ s/\s+//gr;
	my @words = words($line);
	my $shared = grep { $about->{$_} } @words;
	return 0 if is_neutral($line) || !@words;
	return $shared == @words || 2 * $shared > @words && $other && grep { s/\s+//gr eq $bare } @$other;
}

sub words_of_run {
	my ($file, $run) = @_;
	return { map { $_ => 1 } map { words($file->{text}[$_]) } $run->[0] .. $run->[1] };
}

# The numbers of the target's lines that a run takes the place of.
sub superseded {
	my ($file, $run, $like) = @_;
	my $about = words_of_run($file, $run);
	my %joined = map { ($like->[$_] // 0) => 1 } $run->[0] .. $run->[1];
	my ($target, $nearest) = ($file->{target}, $file->{base}[0]);
	return grep { $joined{$_} && $target->[$_] =~ /\S/ || is_about($target->[$_], $about, $nearest) }
		wide_place($file, $run, $like);
}

# The same, and not cut short by braces and blank lines, which may be like others than those that are meant.
sub wide_place {
	my ($file, $run, $like) = @_;
	my $text = $file->{text};
	my @wide = @$run;
	$wide[0]-- while $wide[0] > 1 && is_neutral($text->[$wide[0] - 1]);
	$wide[1]++ while $wide[1] < $#$text && is_neutral($text->[$wide[1] + 1]);
	return place($like, \@wide, $#{$file->{target}});
}

# Where a run belongs in the target, as the number of the line that it goes before; nothing where that cannot be told.
# LIKE is for lines of the submission that of the target.
sub target_place {
	my ($file, $run, $like) = @_;
	my $text = $file->{text};
	my ($before, $after) = ($run->[0] - 1, $run->[1] + 1);
	my @gap = place($like, $run, $#{$file->{target}});
	my %superseded = map { $_ => 1 } superseded($file, $run, $like);
	return $gap[0] // place_start($like, $run) unless grep { !is_neutral($file->{target}[$_]) && !$superseded{$_} } @gap;
	$after++ while $after <= $#$text && $text->[$after] =~ /^\s*$/;
	return $like->[$after] if $after <= $#$text && $like->[$after];
	$before-- while $before > 0 && $text->[$before] =~ /^\s*$/;
	return $like->[$before] + 1 if $before > 0 && $like->[$before];
	my @next = grep { is_similar($text->[$after] // '', $file->{target}[$_]) } @gap;
	return $next[0] if @next == 1;
	my @last = grep { is_similar($text->[$before], $file->{target}[$_]) } @gap;
	return @last == 1 ? $last[0] + 1 : undef;
}

# The line that follows the like of the last line before a run that has one.
sub place_start {
	my ($like, $run) = @_;
	my $before = $run->[0] - 1;
	$before-- while $before > 0 && !$like->[$before];
	return ($before > 0 ? $like->[$before] : 0) + 1;
}

1;
