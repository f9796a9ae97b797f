/**
 * What the commands {@code pca}, {@code segment} and {@code classify} do, with tables of classes.
 */
package dev.vitrine.vision.task;
