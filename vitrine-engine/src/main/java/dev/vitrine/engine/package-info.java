/**
 * Running models: open a {@link dev.vitrine.engine.Model}, make a {@link
 * dev.vitrine.engine.Session} for an input size, run it.
 */
package dev.vitrine.engine;
