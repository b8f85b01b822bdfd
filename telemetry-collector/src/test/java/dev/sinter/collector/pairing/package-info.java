@NullMarked
package dev.sinter.collector.pairing;

import org.jspecify.annotations.NullMarked;
