/** How well classifiers and segmenters do on labelled pictures. */
package dev.vitrine.features.evaluate;
