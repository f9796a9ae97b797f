/**
 * From a graph with static shapes to a {@link dev.vitrine.compiler.plan.Program}: a list of steps
 * on views of one memory arena. Nothing here knows the machine; the engine makes a kernel of each
 * step.
 */
package dev.vitrine.compiler.plan;
