/**
 * Pictures into vectors, many at a time: {@link dev.vitrine.features.embed.Pictures} finds them,
 * {@link dev.vitrine.features.embed.Embedder} takes them through a model, {@link
 * dev.vitrine.features.embed.EmbeddingFile} keeps what comes out.
 */
package dev.vitrine.features.embed;
