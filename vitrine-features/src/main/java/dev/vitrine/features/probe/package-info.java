/**
 * Classifiers on frozen features: logistic regression, nearest neighbours, and what they learn
 * from.
 */
package dev.vitrine.features.probe;
