/** The tiers in machine code: steps of programs done by generated functions. */
package dev.vitrine.engine.generated;
