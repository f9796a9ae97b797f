/** Pattern rewriting of graphs: patterns, rules, passes, and what views of data come down to. */
package dev.vitrine.compiler.rewrite;
