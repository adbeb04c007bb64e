# SPDX-License-Identifier: GPL-2.0-only
#
# For submission-notes.bash: finds where source on standard input, lines "PATH<tab>NUMBER<tab>TEXT", handles each of the
# leaves 0x4ffffffc to 0x4fffffff, by its number or by a name that was given to that number.  Of several places it takes
# a `case`, else a comparison, else the first.  Prints "LEAF<tab>PATH:NUMBER".

# The text without comments, strings and characters.
function code(text,   out, two) {
	if (path != $1) { path = $1; comment = 0 }
	gsub(/"(\\.|[^"\\])*"/, "", text); gsub(/\047(\\.|[^\047\\])*\047/, "", text)
	if (!comment && text !~ /\/[*\/]/) return text
	out = ""
	while (text != "") {
		two = substr(text, 1, 2)
		if (comment) { if (two == "*/") { comment = 0; text = substr(text, 3) } else text = substr(text, 2) }
		else if (two == "/*") { comment = 1; text = substr(text, 3) }
		else if (two == "//") break
		else { out = out substr(text, 1, 1); text = substr(text, 2) }
	}
	return out
}
function leaf_of(word,   w) {
	w = tolower(word)
	sub(/[ul]+$/, "", w)
	if (w ~ /^0x0*4ffffff[c-f]$/) return "0x4ffffff" substr(w, length(w))
	if (w ~ /^134217727[6-9]$/) return "0x4ffffff" substr("cdef", substr(w, 10) - 5, 1)
	return named[word]
}
function rank(text) {
	if (text ~ /(^|[^A-Za-z0-9_])case[ \t(]/) return 3
	return text ~ /[=!]=/ ? 2 : 1
}
# Whether the line gives a number a name: a macro, a constant, or a line of an enum.
function is_naming(text) {
	return text ~ /^[ \t]*#[ \t]*define[ \t]/ || text ~ /const[ \t].*=/ ||
	       text ~ /^[ \t]*[A-Za-z_][A-Za-z0-9_]*[ \t]*=[^=].*,[ \t]*$/
}
function take_names(text, at,   word, n, i, last) {
	sub(/^[ \t]*#[ \t]*define[ \t]+/, "", text)
	n = split(text, word, /[^A-Za-z0-9_]+/)
	for (i = 1; i <= n; i++) {
		if (last != "" && leaf_of(word[i]) != "" && named[last] == "") {
			named[last] = leaf_of(word[i])
			names[at] = 1
		}
		if (word[i] ~ /^[A-Za-z_]/) last = word[i]
	}
}
{
	line[NR] = code($3)
	where[NR] = $1 ":" $2
	if (is_naming(line[NR])) take_names(line[NR], NR)
}
END {
	for (k = 1; k <= NR; k++) {
		if (k in names) continue
		n = split(line[k], word, /[^A-Za-z0-9_]+/)
		for (i = 1; i <= n; i++) {
			leaf = word[i] == "" ? "" : leaf_of(word[i])
			if (leaf != "" && rank(line[k]) > best[leaf]) { best[leaf] = rank(line[k]); place[leaf] = where[k] }
		}
	}
	for (leaf in place) print leaf "\t" place[leaf]
}
