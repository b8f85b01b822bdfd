@NullMarked
package dev.sinter.collector.observation;

import org.jspecify.annotations.NullMarked;
