/**
 * The machine at hand: what its processor has, its pages of memory, and calls into code put there.
 */
package dev.vitrine.engine.machine;
