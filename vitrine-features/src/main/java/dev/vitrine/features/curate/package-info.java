/**
 * Collections put in order by likeness: near-duplicates found, a pool searched for what is wanted.
 */
package dev.vitrine.features.curate;
