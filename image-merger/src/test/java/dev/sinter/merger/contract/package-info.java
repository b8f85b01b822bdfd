@NullMarked
package dev.sinter.merger.contract;

import org.jspecify.annotations.NullMarked;
