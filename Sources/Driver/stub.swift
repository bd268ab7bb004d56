import Wire; import Logging; import DequeModule; import OrderedCollections
