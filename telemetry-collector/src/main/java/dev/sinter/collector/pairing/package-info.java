/** Pairs the calls a pod makes with the requests it serves. */
@NullMarked
package dev.sinter.collector.pairing;

import org.jspecify.annotations.NullMarked;
