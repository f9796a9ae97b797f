/**
 * The tier that runs anywhere: plain Java in the form that the JIT compiler turns into vector code.
 *
 * <p>That form decides how things look here. A loop is vectorised when every array in it is indexed
 * by the loop's own counter, from 0 and without an offset: only then can the compiler tell that a
 * store doesn't change what is loaded later. So matrices are arrays of rows, inner loops are small
 * static methods on whole rows, and data moves between the arena and such rows by bulk copies.
 */
package dev.vitrine.engine.portable;
