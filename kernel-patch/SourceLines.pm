# SPDX-License-Identifier: GPL-2.0-only
#
# For cut-change: what can be said of source by its lines alone.
package SourceLines;
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT = qw(lines_of words is_comment is_similar is_neutral is_code compare functions depths runs without_dead_code);

sub lines_of {
	my ($path) = @_;
	open my $file, '<', $path or return;
	my @lines = <$file>;
	chomp @lines;
	return @lines;
}

# The names in a line of code; what strings and comments say is no code.
sub words {
	my ($text) = @_;
	$text =~ s/"(?:\\.|[^"\\])*"//g;
	$text =~ s{/\*.*?(?:\*/|$)|//.*}{}g;
	return $text =~ /\b[A-Za-z_]\w*/g;
}

sub is_comment { return $_[0] =~ m{^\s*(?:/\*|\*|//)} }

# Whether more than half of the words of each line are in the other.
sub is_similar {
	my ($left, $right) = map { my %words = map { $_ => 1 } words($_); \%words } @_;
	my $shared = grep { $right->{$_} } keys %$left;
	return 2 * $shared > keys %$left && 2 * $shared > keys %$right;
}

# A line like "}" or "break;" says nothing of whose it is.
sub is_neutral { return $_[0] =~ /^[\s{}();]*(?:else|break|default\s*:|return(?:\s+\w+)?|\*+\/)?[\s{}();]*$/ }

sub is_code { return !is_neutral($_[0]) && !is_comment($_[0]) }

# TEXT with blank lines in place of each comment of several lines that has code in it and is not Linux's own.  Linux
# begins the lines of a comment with an asterisk.
sub without_dead_code {
	my ($text, $linux) = @_;
	my $blank = sub {
		my ($comment) = @_;
		my @inner = split /\n/, $comment;
		return $comment if @inner < 2 || index($linux, $comment) >= 0;
		return $comment unless grep { !/^\s*\*/ && /[;{}]/ } @inner[1 .. $#inner];
		return $comment =~ tr/\n//cdr;
	};
	$text =~ s{("(?:\\.|[^"\\\n])*"|//[^\n]*)|(/\*.*?\*/)}{defined $1 ? $1 : $blank->($2)}gse;
	return $text;
}

# The numbers of the lines of NEW that have no like in OLD, and for each line of NEW that has one that line's number in
# OLD, from 1 on; white space does not count.
sub compare {
	my ($old, $new) = @_;
	my (%alone, @like);
	open my $diff, '-|', 'diff', '-wd', "--unchanged-line-format=u\n", "--old-line-format=o\n",
		"--new-line-format=n\n", '--', $old, $new or die "diff: $!\n";
	my ($i, $j) = (0, 0);
	while (<$diff>) {
		$i++ unless /^n/;
		$j++ unless /^o/;
		$alone{$j} = 1 if /^n/;
		$like[$j] = $i if /^u/;
	}
	close $diff;
	return (\%alone, \@like);
}

# For each line the name of the function that it stands in, "" outside: Linux begins and ends one in column 0.
sub functions {
	my ($name, @of) = ('', '');
	for (@_) {
		$name = $1 if /^[A-Za-z_]/ && !/;\s*$/ && /(\w+)\(/;
		push @of, $name;
		$name = '' if /^\}/;
	}
	return @of;
}

# How deep in blocks each line begins, within its function: Linux begins and ends one in column 0.
sub depths {
	my ($depth, @of) = (0);
	for (@_) {
		my $code = s{"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])+'|/\*.*?(?:\*/|$)|//.*}{}gr;
		$depth = 0 if /^[A-Za-z_{}]/;
		push @of, $depth;
		$depth += ($code =~ tr/{//) - ($code =~ tr/}//);
	}
	return @of;
}

# Runs of lines without a like in any known kernel, as [FIRST, LAST].
sub runs {
	my ($alone, $count) = @_;
	my @runs;
	for my $i (grep { $alone->{$_} } 1 .. $count) {
		if (@runs && $runs[-1][1] == $i - 1) { $runs[-1][1] = $i } else { push @runs, [$i, $i] }
	}
	return @runs;
}

1;
