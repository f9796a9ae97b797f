/** Drawing without the machine's fonts: lettering, sheets of pictures. */
package dev.vitrine.vision.draw;
