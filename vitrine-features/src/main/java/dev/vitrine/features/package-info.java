/**
 * What features are used for: embeddings of collections, search, evaluation, probes, curation and
 * matching.
 */
package dev.vitrine.features;
